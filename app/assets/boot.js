// Starts a program of citizens. Written for browsers too old for the program itself: they must get
// as far as the message that waits in the page.

const failed = () => {
  const message = document.getElementById("failed");
  if (message) message.hidden = false;
  // What somebody had filled in must not stay on the screen for the next person.
  const page = document.getElementById("app");
  if (page) page.textContent = "";
  // Nobody may be there to reload a device at a counter; not at once, in case it fails each time.
  if (location.pathname === "/kiosk") setTimeout(() => location.reload(), 20000);
};

// A trap inside WebAssembly stops the program; nothing on the screen would react any more.
const watch = (event) => {
  const error = event.error || event.reason;
  if (typeof WebAssembly === "object" && error instanceof WebAssembly.RuntimeError) failed();
};
addEventListener("error", watch);
addEventListener("unhandledrejection", watch);

// What the program calls and takes; see `platform/http.rs` and `platform/worker.rs`.
const app = (self.thuocdo = {});

// The form is asked for while the program that shows it is still on its way.
const place = location.pathname.match(/^\/s\/([^/]+)\/([^/]+)\/?$/);
if (place) {
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 30000);
  const path = "/api/v1/waves/" + place[1] + "/points/" + place[2] + "/form";
  const answer = fetch(path, { signal: abort.signal });
  // Without a network the program says so, once it is there.
  answer.catch(() => {});
  app.ahead = { path, answer };
}

const workers = navigator.serviceWorker;
const registration = () => (workers ? workers.getRegistration("/") : Promise.resolve());
const ignore = () => {};

// A new worker waits until a page asks for it. Only the page that has asked is loaded anew: people
// who fill in a form in another tab notice nothing.
// The worker may change minutes later, when its old version has done what it was at.
let busy = false;
let late = false;
const arrive = () => {
  if (busy) late = true;
  else location.reload();
};
const change = (worker) => {
  workers.addEventListener("controllerchange", arrive, { once: true });
  worker.postMessage("activate");
};

app.register = () => {
  const register = () => workers.register("/sw.js", { updateViaCache: "none" }).catch(ignore);
  if (!workers) return;
  if (document.readyState === "complete") register();
  else addEventListener("load", register);
};

app.look = () => registration().then((found) => found && found.update()).catch(ignore);

app.hold = () => {
  busy = true;
};

app.update = () => {
  busy = false;
  if (late) return location.reload();
  return registration().then((found) => found && found.waiting && change(found.waiting)).catch(ignore);
};

// Reloads the page when a worker is there, or has failed. States may pass faster than their events.
const follow = (worker) => {
  const look = () => {
    if (worker.state === "installed") worker.postMessage("activate");
    if (worker.state === "activated" || worker.state === "redundant") location.reload();
  };
  worker.addEventListener("statechange", look);
  look();
};

app.renew = async () => {
  const tried = "thuocdo-renewed";
  try {
    if (Date.now() - Number(sessionStorage.getItem(tried)) < 60000) return;
    sessionStorage.setItem(tried, String(Date.now()));
    // A page without a worker has come from the server; its first worker may be on its way.
    const found = workers && workers.controller && (await registration());
    if (found) {
      await found.update();
      const fresh = found.waiting || found.installing;
      if (fresh) return follow(fresh);
      // The worker is the newest that there is; without it the pages come from the server.
      await found.unregister();
    }
    location.reload();
  } catch (error) {
    // No network: the program stays as it is.
  }
};

if (typeof WebAssembly === "object") {
  import("{{js}}").then((program) => program.default({ module_or_path: "{{wasm}}" })).catch(failed);
} else {
  failed();
}

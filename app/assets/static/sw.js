// Keeps the form and the kiosk for times without a network.
//
// What is kept: the files of the programs that are used on this device, the newest package of each
// form that was opened, and its recorded readings. Never an answer: forms under way are in the
// memory of their page, completed ones in the outbox (IndexedDB), and POSTs do not pass through
// here. A record in the outbox carries its full text, with the version of the form that it answers,
// so that throwing away an old release can orphan none.
//
// A new release waits beside the one in use until a page says "activate", which it does only while
// nobody fills in a form on it.

const RELEASE = "{{release}}";
const SHELL = "thuocdo-shell-" + RELEASE;
const SHELLS = /^thuocdo-shell-/;
// These outlive a release: the next one can read what this one has kept.
const PACKAGES = "thuocdo-packages";
const AUDIO = "thuocdo-audio";

const PROGRAMS = [
  // Any address of a form gives the same page.
  { page: "/s/-/-", path: /^\/s\//, files: {{form_assets}} },
  { page: "/kiosk", path: /^\/kiosk\/?$/, files: {{kiosk_assets}} },
];
const KIOSK = PROGRAMS[1];
const FILES = new Set(PROGRAMS.flatMap((program) => program.files));
const PACKAGE = /^\/api\/v1\/waves\/[^/]+\/points\/[^/]+\/form$/;
const FORM_PAGE = /^\/s\/([^/]+)\/([^/]+)\/?$/;

// How long the network may take for a package that is here already.
const PATIENCE_MS = 3000;
// How long the browser may look for something kept. Storage that hangs or fails must not stand
// between a page and the network; once it was silent, it is not asked for a while.
const LOOK_MS = 2000;
const REST_MS = 60000;
const SILENT = {};
let restUntil = 0;

const after = (milliseconds, value) =>
  new Promise((resolve) => setTimeout(() => resolve(value), milliseconds));

// What is kept; nothing if the browser does not say so in time.
async function kept(request, options) {
  if (Date.now() < restUntil) return;
  const looked = caches.match(request, options).catch(() => {});
  const found = await Promise.race([looked, after(LOOK_MS, SILENT)]);
  if (found !== SILENT) return found;
  restUntil = Date.now() + REST_MS;
}

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("message", (event) => event.data === "activate" && skipWaiting());

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, searchParams } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") {
    const program = PROGRAMS.find(({ path }) => path.test(pathname));
    // The page that helps where the form does not work must not come from the form's own cache.
    if (program && !searchParams.has("help")) event.respondWith(page(event, program));
  } else if (FILES.has(pathname)) {
    event.respondWith(file(request));
  } else if (PACKAGE.test(pathname)) {
    event.respondWith(form(event, pathname));
  } else if (pathname.startsWith("/audio/")) {
    event.respondWith(reading(event, pathname));
  }
  // Everything else, the console with it, goes its way as if there were no worker.
});

async function install() {
  const windows = await clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const program of PROGRAMS) {
    const isOpen = windows.some(({ url }) => program.path.test(new URL(url).pathname));
    if (isOpen || (await caches.match(program.page))) await keep(program);
  }
}

// Puts a program into the cache. Its page comes last: without it nothing of the rest is opened.
async function keep(program) {
  const page = await fetch(program.page, { cache: "no-cache" });
  const text = await page.clone().text();
  // While servers are being updated, page and worker may come from two releases.
  const [css, , , boot] = program.files;
  if (!page.ok || !text.includes(css) || !text.includes(boot)) throw new Error("other release");
  const shell = await caches.open(SHELL);
  // One after the other: answers that nobody reads yet can keep the next from coming.
  for (const path of program.files) await shell.put(path, await asset(path));
  await shell.put(program.page, page);
}

// A file as the server has it. The login page of a wireless network answers, too, with a page.
async function asset(path) {
  const answer = await fetch(path);
  const kind = answer.headers.get("content-type") || "";
  if (!answer.ok || kind.includes("html")) throw new Error("not ours: " + path);
  return answer;
}

async function activate() {
  for (const name of await caches.keys()) {
    if (SHELLS.test(name) && name !== SHELL) await caches.delete(name);
  }
  await clients.claim();
  // Not awaited: until the activation has ended, no page opens, and the server may be silent.
  keepPackagesOfOpenPages().catch(() => {});
}

// Pages that were open before this worker have got their packages past it.
async function keepPackagesOfOpenPages() {
  for (const { url } of await clients.matchAll({ type: "window" })) {
    const place = new URL(url).pathname.match(FORM_PAGE);
    if (!place) continue;
    const path = packagePath(place);
    // Past the browser's cache: there the same request of a page would wait for this one.
    const answer = fetch(path, { cache: "no-store" });
    await answer.then((answer) => keepPackage(path, answer)).catch(() => {});
  }
}

async function page(event, program) {
  const found = await kept(program.page, { cacheName: SHELL });
  if (!found) {
    event.waitUntil(keep(program).catch(() => {}));
    return fetch(event.request);
  }
  const place = new URL(event.request.url).pathname.match(FORM_PAGE);
  if (!place || (await takesPhones(place).catch(() => {}))) return found;
  const asked = fetch(event.request).catch(() => {});
  const answer = await Promise.race([asked, after(PATIENCE_MS)]);
  return answer && answer.ok ? answer : found;
}

// Whether it is known of a service point that it takes forms of phones. Where only its devices may send
// some, and where nothing is known, the server's page says what there is.
async function takesPhones(place) {
  const known = await kept(packagePath(place), { cacheName: PACKAGES, ignoreVary: true });
  return known && (await known.json()).point.channel !== "kiosk";
}

function packagePath(place) {
  return `/api/v1/waves/${place[1]}/points/${place[2]}/form`;
}

async function file(request) {
  return (await kept(request, { cacheName: SHELL, ignoreVary: true })) || fetch(request);
}

// The newest package there is: the server's if it answers in time, or else the kept one, which then
// says that it is kept.
async function form(event, path) {
  const asked = fetch(event.request);
  // It is also kept when it comes too late for this time.
  event.waitUntil(asked.then((answer) => keepPackage(path, answer.clone())).catch(() => {}));
  const old = await kept(path, { cacheName: PACKAGES, ignoreVary: true });
  if (!old) return asked;
  const answer = await Promise.race([asked.catch(() => {}), after(PATIENCE_MS)]);
  // Too many requests from here says nothing of the form.
  if (answer && answer.status < 500 && answer.status !== 429 && isOurs(answer)) return answer;
  const headers = new Headers(old.headers);
  headers.set("thuocdo-offline", "1");
  return new Response(old.body, { headers });
}

// The login page of a wireless network answers, too, but not in JSON.
function isOurs(answer) {
  return (answer.headers.get("content-type") || "").includes("json");
}

async function keepPackage(path, answer) {
  if (!answer.ok || !isOurs(answer)) return;
  const packages = await caches.open(PACKAGES);
  // A device asks every few minutes and mostly gets what it has. While an entry is replaced, neither
  // the old nor the new one is safe from a power cut.
  const kept = await packages.match(path, { ignoreVary: true });
  const isNews = !kept || (await lasting(kept).catch(() => {})) !== (await lasting(answer));
  if (isNews) await packages.put(path, answer.clone());
  // A device at a counter fetches all readings ahead; a phone only those that are asked for.
  if (!(await caches.match(KIOSK.page, { cacheName: SHELL }))) return;
  const audio = await caches.open(AUDIO);
  for (const address of Object.values((await answer.json()).audio || {})) {
    if (!(await audio.match(address))) await audio.add(address);
  }
}

// A package without the server's time, which is another one in each answer.
async function lasting(answer) {
  return JSON.stringify({ ...(await answer.clone().json()), now: "" });
}

async function reading(event, path) {
  let sound = await kept(path, { cacheName: AUDIO, ignoreVary: true });
  if (!sound) {
    // All of it, although players like to ask for a part: only the whole can be kept.
    sound = await fetch(path);
    if (sound.status !== 200) return sound;
    const copy = sound.clone();
    event.waitUntil(caches.open(AUDIO).then((audio) => audio.put(path, copy)).catch(() => {}));
  }
  const range = /^bytes=(\d+)-(\d*)$/.exec(event.request.headers.get("range") || "");
  if (!range) return sound;
  const whole = await sound.blob();
  const from = Number(range[1]);
  const end = range[2] ? Math.min(Number(range[2]) + 1, whole.size) : whole.size;
  if (from >= end) return new Response(null, { status: 416 });
  return new Response(whole.slice(from, end), {
    status: 206,
    headers: {
      "content-type": sound.headers.get("content-type"),
      "content-range": `bytes ${from}-${end - 1}/${whole.size}`,
    },
  });
}

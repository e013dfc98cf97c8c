// What is wrong with a screen of the form as it lies in a window of one size: what sticks out, is cut
// or covered, is too small to press, or is not in view on arriving.

const [screen, rules, done] = arguments;

// Browsers round to 1/64 of a pixel, and edges of text to whole ones.
const ROUNDING = 1;
const root = document.documentElement;
const page = document.scrollingElement;
const all = (css, within = document) => [...within.querySelectorAll(css)];

const name = (element) => {
  const { id, className, dataset, tagName } = element;
  const own = dataset?.testid ?? id;
  const words = (element.textContent || element.value || "").trim().replace(/\s+/g, " ").slice(0, 40);
  return `${tagName.toLowerCase()}${own ? `#${own}` : ""}.${String(className.baseVal ?? className).trim().replace(/\s+/g, ".")} “${words}”`;
};

// What only screen readers notice is clipped to nothing.
const isForEyes = (element) => {
  for (let one = element; one && one !== root; one = one.parentElement) {
    if (getComputedStyle(one).clipPath === "inset(50%)") return false;
  }
  return element.checkVisibility({ visibilityProperty: true });
};

const bar = () => document.querySelector(".actions");
// Where the screen ends for what scrolls below the bar.
const fold = () => {
  const element = bar();
  const sticks = element && getComputedStyle(element).position === "sticky";
  return sticks ? Math.min(innerHeight, element.getBoundingClientRect().top) : innerHeight;
};

// A radio button or checkbox lies invisible over its row: the row is what people press.
const target = (control) => (control.matches("[type=radio], [type=checkbox]") ? control.closest("label") : control);

const belongs = (hit, element) => {
  if (!hit) return false;
  const label = element.closest("label");
  return element.contains(hit) || hit.contains(element) || (label !== null && label === hit.closest("label"));
};

const inspect = () => {
  const findings = [];
  const find = (what, element) => findings.push(`${what}: ${name(element)}`);
  const dialog = document.querySelector("dialog[open]");
  const scope = dialog ?? document.body;
  const scroller = dialog ?? page;
  const wrong = document.querySelector(".question:has(.error)");
  const place = wrong ?? document;

  // What must be in view, as the page is scrolled now.
  const findOutOfView = () => {
    for (const [css, share] of rules.inView) {
      const element = place.querySelector(css);
      if (!element || !isForEyes(element)) {
        findings.push(`no ${css} on arriving`);
        continue;
      }
      const { top, bottom, height } = element.getBoundingClientRect();
      if (top < -ROUNDING || top + share * height > fold() + ROUNDING) {
        find(`from ${top.toFixed(0)} to ${bottom.toFixed(0)} px of ${fold().toFixed(0)} on arriving`, element);
      }
    }
  };

  // Where the program itself has left somebody who has come to this screen a moment ago.
  if (rules.isArrival) {
    const { activeElement: focus } = document;
    if (!wrong && scrollY > ROUNDING) findings.push(`left at ${scrollY.toFixed(0)} px`);
    if (wrong ? !wrong.contains(focus) : focus !== document.querySelector("h1")) find("has the focus on arriving", focus);
    findOutOfView();
  }
  scrollTo(0, 0);
  scroller.scrollTop = 0;

  const seen = all("*", scope).filter((one) => !one.ownerSVGElement && isForEyes(one));

  // Sideways, and cut.
  if (innerWidth !== screen.width || innerHeight !== screen.height) {
    findings.push(`the window is ${innerWidth}x${innerHeight}`);
  }
  if (root.lang !== screen.language) findings.push(`the language is ${root.lang}`);
  if (page.scrollWidth > page.clientWidth) {
    findings.push(`the page is ${page.scrollWidth - page.clientWidth} px too wide`);
  }
  for (const element of seen) {
    const box = element.getBoundingClientRect();
    if (box.width && (box.left < -ROUNDING || box.right > page.clientWidth + ROUNDING)) {
      find(`from ${box.left} to ${box.right} px sideways`, element);
    }
    if (element.matches("input, textarea")) continue;
    const { overflowX, overflowY } = getComputedStyle(element);
    const hides = (overflow) => overflow === "hidden" || overflow === "clip";
    if (overflowX !== "visible" && element.scrollWidth > element.clientWidth + ROUNDING) {
      find(`cut by ${element.scrollWidth - element.clientWidth} px at the side`, element);
    }
    if (hides(overflowY) && element.scrollHeight > element.clientHeight + ROUNDING) {
      find(`cut by ${element.scrollHeight - element.clientHeight} px below`, element);
    }
  }

  // The same in every window: from the top, or from what is missing.
  const arrive = () => {
    if (wrong) wrong.scrollIntoView();
    else scrollTo(0, 0);
  };
  arrive();
  findOutOfView();
  const focused = document.activeElement;

  // The bar.
  const height = bar()?.getBoundingClientRect().height ?? 0;
  if (rules.bar && getComputedStyle(bar() ?? root).position === "sticky" && height > rules.bar * innerHeight + ROUNDING) {
    find(`${height} px of ${innerHeight}`, bar());
  }
  const [start, consent] = [document.querySelector("[data-testid=start]"), document.querySelector(".consent")];
  if (start && consent && start.getBoundingClientRect().top < consent.getBoundingClientRect().bottom) {
    find("above the consent", start);
  }

  // Targets.
  const controls = all("button, summary, a[href], input, textarea", scope).filter(isForEyes);
  const targets = [...new Set(controls.map(target))];
  for (const element of targets) {
    const box = element.getBoundingClientRect();
    const isInline = getComputedStyle(element).display === "inline";
    const least = isInline ? 24 : element.matches(".actions *, label, .button") ? rules.answer : rules.target;
    if (Math.min(box.width, box.height) < least - 0.05) {
      find(`${box.width.toFixed(1)} x ${box.height.toFixed(1)} px, not ${least}`, element);
    }
  }

  // Words: inside of what they are written on.
  const words = [];
  const walker = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { currentNode: node } = walker;
    const parent = node.parentElement;
    if (!node.data.trim() || !isForEyes(parent)) continue;
    const on = parent.closest("button, summary, .choice, .question, .card, .actions, .header, dialog, p, li, main") ?? scope;
    words.push({ node, parent, on });
  }
  const rects = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].filter((one) => one.width > 0.5);
  };
  for (const { node, parent, on } of words) {
    const paper = on.getBoundingClientRect();
    const height = on === dialog ? dialog.scrollHeight : paper.height;
    for (const line of rects(node)) {
      const out = Math.max(paper.left - line.left, line.right - paper.right, paper.top - line.top - 4, line.bottom - paper.top - height - 4);
      if (out > ROUNDING) find(`words ${out.toFixed(0)} px outside of ${name(on)}`, parent);
    }
  }

  // Nothing lies over words and targets: looked at from the top to the end of the page, each where it is
  // first in view as a whole.
  const points = (box, inset) => {
    const [left, right] = [box.left + inset, box.right - inset];
    const [top, bottom] = [box.top + inset, box.bottom - inset];
    return [[left, top], [right, top], [(left + right) / 2, (top + bottom) / 2], [left, bottom], [right, bottom]];
  };
  const middle = (box) => [box.left + 2, (box.left + box.right) / 2, box.right - 2].map((x) => [x, (box.top + box.bottom) / 2]);
  const isCovered = (element, at) => at.some(([x, y]) => !belongs(document.elementFromPoint(x, y), element));
  let open = [
    ...targets.map((element) => {
      const corner = parseFloat(getComputedStyle(element.querySelector(".choice") ?? element).borderTopLeftRadius) || 0;
      return { element, boxes: () => [element.getBoundingClientRect()], at: (box) => points(box, 2 + Math.min(corner, box.height / 2) * 0.3) };
    }),
    ...words.map(({ node, parent }) => ({ element: parent, boxes: () => rects(node), at: middle })),
  ];
  const room = () => {
    if (!dialog) return [0, fold()];
    const { top } = dialog.getBoundingClientRect();
    return [top + dialog.clientTop, top + dialog.clientTop + dialog.clientHeight];
  };
  const look = () => {
    open = open.filter(({ element, boxes, at }) => {
      const [from, to] = element.closest(".actions") ? [0, innerHeight] : room();
      const list = boxes();
      const isInView = list.every((box) => box.top >= from - 0.01 && box.bottom <= to + 0.01);
      if (!isInView) return true;
      if (list.some((box) => isCovered(element, at(box)))) find("covered", element);
      return false;
    });
  };
  const last = scroller.scrollHeight - scroller.clientHeight;
  for (let y = 0; ; y += Math.max(60, fold() / 2)) {
    scroller.scrollTop = y;
    look();
    if (y >= last) break;
  }
  // What is taller than the room is looked at in its middle.
  for (const { element } of open) {
    element.scrollIntoView({ block: "center" });
    const box = element.getBoundingClientRect();
    const y = Math.min(Math.max(box.top, 0) + 8, fold() - 8);
    if (isCovered(element, [[(box.left + box.right) / 2, y]])) find("never in view", element);
  }

  // Whoever goes by keys sees where they are.
  scrollTo(0, 0);
  for (const control of controls) {
    control.focus();
    if (document.activeElement !== control || control.closest(".actions, dialog")) continue;
    const { top, bottom, height } = target(control).getBoundingClientRect();
    // Of a text, browsers show the line that is written on.
    const end = control.matches("textarea") ? top + 60 : bottom;
    if (height <= fold() && (top < -ROUNDING || end > fold() + ROUNDING)) {
      find(`has the focus from ${top.toFixed(0)} to ${bottom.toFixed(0)} px of ${fold().toFixed(0)}`, control);
    }
  }
  focused?.focus({ preventScroll: true });
  const question = document.querySelector("[data-question] .question");
  scrollTo(0, 0);
  const figures = {
    page: page.scrollHeight / innerHeight,
    question: (question?.getBoundingClientRect().height ?? 0) / innerHeight,
    bar: height / innerHeight,
    answersInView: all(".question label, .question .short, .question .text").filter((one) => one.getBoundingClientRect().bottom <= fold()).length,
  };
  if (rules.question && figures.question > rules.question) {
    find(`${figures.question.toFixed(2)} screens`, question);
  }
  arrive();
  return { findings: [...new Set(findings)], figures };
};

// The window has its size a moment after it was asked to, and the words come a moment after the
// language.
const frames = (n, then) => (n ? requestAnimationFrame(() => frames(n - 1, then)) : then());
const settle = (left) => {
  const isThere = innerWidth === screen.width && innerHeight === screen.height && root.lang === screen.language;
  if (isThere || !left) frames(2, () => done(inspect()));
  else frames(1, () => settle(left - 1));
};
if (root.lang !== screen.language) document.querySelector(`[data-testid=lang-${screen.language}]`).click();
settle(60);

// Tells the page which language it speaks, and gives the answers their number keys.

const typing = (node) => node.closest("input, textarea, select, [contenteditable=true]") !== null;

// Milliseconds after which nothing may have followed from an answer at all.
const LONGEST_ANSWER = 2000;

// What the browser keeps for as long as its tab is open: by case what stands half typed in the
// boxes. It may name a customer, so it is no business of the case log; and it has to come back
// letter by letter. The case itself is named in the address.
const BOXES = { draft: ".pb-paste textarea", note: ".pb-note textarea" };
const KEPT = `playbook:${location.pathname}:`;

// No page reads more (see views.js of the template), and the server closes the door on a message
// much longer: the case could not come back with it.
const LONGEST = 500_000;

function store(name, value) {
  try {
    sessionStorage.setItem(KEPT + name, value.length > LONGEST ? "" : value);
  } catch {
    // Larger than the browser allows: it stays on the page only.
    sessionStorage.removeItem(KEPT + name);
  }
}

// The language chosen is kept for all pages, and longer; the template looks it up (its main.js).
function choose(language) {
  const { dataset } = document.documentElement;
  if (language === dataset.playbook) return;
  dataset.playbook = language;
  try {
    localStorage.setItem("playbook:language", language);
  } catch {
    // A browser that keeps nothing begins anew each time.
  }
}

const stored = (name) => sessionStorage.getItem(KEPT + name) ?? "";

function keep(model, page) {
  // A new case has no name yet, nor what is typed before the kernel tells of it.
  let anew = false;
  const named = () => (model.get("begun") && !anew ? model.get("case") : "");
  // A page without cases has no use for the name of one.
  const asked = (model.get("case") && new URLSearchParams(location.search).get("case")) || "";
  let last = { id: model.get("case"), name: asked };

  const typed = ({ target }) => {
    for (const [box, selector] of Object.entries(BOXES))
      if (target === page()?.querySelector(selector)) store(`${box}:${named()}`, target.value);
  };
  document.addEventListener("input", typed);

  const begins = ({ target }) => (anew ||= target.closest(".pb-new") !== null);
  document.addEventListener("click", begins);

  // What the boxes held when the page was left, and what the kernel had the browser keep with it.
  const left = (name) =>
    Object.fromEntries(["draft", "note", "read"].map((what) => [what, stored(`${what}:${name}`)]));
  const remember = ({ keep: kept }) => {
    for (const [what, value] of Object.entries(kept ?? {})) store(`${what}:${named()}`, value);
  };
  model.on("msg:custom", remember);

  // Who goes to a page by its name in the head comes to the case that was in hand there.
  store("case", asked);
  const goes = ({ target }) => {
    const way = target.closest(".pb-pages a");
    const left = way && sessionStorage.getItem(`playbook:${way.pathname}:case`);
    if (left) way.search = new URLSearchParams({ case: left });
  };
  document.addEventListener("click", goes);

  const moved = () => {
    anew &&= model.get("case") === last.id;
    const now = { id: model.get("case"), name: named() };
    if (now.id === last.id && now.name === last.name) return;
    // What was typed before the first answer belongs to the case that began with it.
    if (now.id === last.id && now.name)
      for (const box of Object.keys(BOXES)) {
        if (stored(`${box}:`)) store(`${box}:${now.name}`, stored(`${box}:`));
        store(`${box}:`, "");
      }
    const other = now.id !== last.id;
    last = now;
    store("case", now.name);
    const address = new URL(location.href);
    if (now.name) address.searchParams.set("case", now.name);
    else address.searchParams.delete("case");
    history.replaceState(null, "", address);
    if (other && now.name) model.send(left(now.name));
  };
  model.on("change:case change:begun", () => queueMicrotask(moved));
  model.on("change:language", () => choose(model.get("language")));
  model.on("change:told", () => document.documentElement.toggleAttribute("data-told", true));

  const again = setInterval(() => model.get("waiting") && model.send({ retry: true }), 3000);
  model.send({ case: asked, ...left(asked), language: document.documentElement.dataset.playbook });
  return () => {
    model.off("msg:custom", remember);
    document.removeEventListener("input", typed);
    document.removeEventListener("click", begins);
    document.removeEventListener("click", goes);
    clearInterval(again);
  };
}

// A box is emptied as soon as its text is done with. The kernel says so later, and would take what
// is typed meanwhile with it. It is told after the press, which still needs the text.
function empty(page, { target }) {
  const boxes = { ".pb-new": Object.values(BOXES), ".pb-jot": [BOXES.note] };
  for (const [press, selectors] of Object.entries(boxes))
    for (const box of target.closest(press) ? page.querySelectorAll(selectors.join()) : []) {
      box.value = "";
      for (const type of ["input", "change"]) box.dispatchEvent(new Event(type, { bubbles: true }));
    }
}

// A long mail shows first what decided. Its box scrolls, the page stays where it is.
function showDecisive(box) {
  const { top, height } = box.querySelector(".pb-decisive").getBoundingClientRect();
  const place = top - box.getBoundingClientRect().top;
  box.scrollTop += place + height / 2 - box.clientHeight / 2;
}

function render({ model, el }) {
  const page = () => el.closest(".pb-page");
  // Under Voilà the document is ours; in JupyterLab only the page's own element is.
  const ours = document.documentElement.dataset.playbook !== undefined;

  const speak = () => {
    const language = model.get("language");
    if (page()) page().lang = language;
    if (page() && !ours) page().tabIndex = -1;
    // New questions and readings are told to screen readers.
    page()?.querySelectorAll(".pb-live").forEach((part) => part.setAttribute("aria-live", "polite"));
    if (!ours) return;
    document.documentElement.lang = language;
    document.title = model.get("title");
  };
  model.on("change:language change:title", speak);

  // Where the focus was when something was asked for. Who has taken up a box meanwhile types on in
  // it: the rest of a note would be read as keys.
  let asked = null;
  const reveal = ({ reveal: selector }) => {
    const part = page()?.querySelector(selector);
    const now = document.activeElement;
    if (!part || (now !== asked && typing(now))) return;
    // Let the new content be drawn first.
    requestAnimationFrame(() => {
      const { top } = part.getBoundingClientRect();
      const { bottom } = page().querySelector(".pb-head").getBoundingClientRect();
      if (top < Math.max(bottom, 0) || top > innerHeight * 0.6) part.scrollIntoView({ block: "start" });
      const wanted = ":not(.widget-box)[tabindex='-1'], .pb-answers button, textarea";
      const places = [...part.querySelectorAll(wanted)];
      const seen = places.find((place) => place.getClientRects().length);
      seen?.focus({ preventScroll: true });
    });
  };
  model.on("msg:custom", reveal);

  const press = (event) => {
    if (event.key === "Enter") asked = document.activeElement;
    if (event.isComposing || page()?.querySelector("dialog[open]")) return;
    if (typing(event.target)) return leave(event);
    if (event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
    const key = model.get("shortcuts")[event.key.toLowerCase()];
    const target = key && page()?.querySelector(key);
    if (!target?.getClientRects().length) return;
    event.preventDefault();
    // JupyterLab has commands of its own on single keys.
    event.stopPropagation();
    // Closing a dialog takes the focus back to where it was.
    if (target.ariaHasPopup !== "dialog") target.focus();
    if (target.tagName === "BUTTON") target.click();
  };

  // The keys that work while a text is typed.
  const leave = (event) => {
    const box = event.target;
    if (box.tagName !== "TEXTAREA") return;
    if (event.key === "Escape") {
      box.blur();
      if (!ours) page().focus();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      // A box tells what stands in it when it is left; here it keeps the focus.
      box.dispatchEvent(new Event("change", { bubbles: true }));
      page().querySelector(box.closest(".pb-note") ? ".pb-jot" : ".pb-read")?.click();
    }
  };
  const forget = ours ? keep(model, page) : () => {};
  // A second press, by key or double click, before the page shows what follows from the first would
  // answer a question nobody has read yet.
  let until = 0;
  let answers = false;
  const follows = new MutationObserver((changes) => {
    until = 0;
    // The next question is read from its beginning.
    if (answers) reveal({ reveal: ".pb-now" });
    answers = false;
    for (const { addedNodes } of changes)
      for (const node of addedNodes)
        if (node.matches?.(".pb-mail:has(.pb-decisive)")) showDecisive(node);
  });
  const once = (event) => {
    asked = document.activeElement;
    if (!event.target.closest(".pb-answers button, .pb-symptoms button")) return;
    if (event.detail > 1 || event.timeStamp < until) return event.stopPropagation();
    until = event.timeStamp + LONGEST_ANSWER;
    answers = event.target.closest(".pb-answers") !== null;
  };
  const emptied = (event) => page() && empty(page(), event);
  let root;
  // The element is put into the page after it was rendered.
  requestAnimationFrame(() => {
    speak();
    root = ours ? document : page();
    root?.addEventListener("keydown", press);
    document.documentElement.toggleAttribute("data-keys", true);
    root?.addEventListener("click", once, true);
    root?.addEventListener("click", emptied);
    if (page()) follows.observe(page(), { childList: true, characterData: true, subtree: true });
  });
  return () => {
    follows.disconnect();
    root?.removeEventListener("keydown", press);
    root?.removeEventListener("click", emptied);
    document.documentElement.toggleAttribute("data-keys", false);
    forget();
  };
}

export default { render };

// Opens the page: connects to its kernel, draws its widgets, says when the connection is lost.

import { Kernel } from "./kernel.js";
import { Models } from "./models.js";
import { draw } from "./views.js";

// Milliseconds after which a page is shown as it came.
const PATIENCE = 3000;

const { base, kernel: id } = document.body.dataset;
const root = document.documentElement;
const banners = { lost: document.getElementById("pb-lost"), gone: document.getElementById("pb-gone") };

function tell(state) {
  for (const [name, banner] of Object.entries(banners)) banner.hidden = name !== state;
  document.body.classList.toggle("pb-cut", state !== "open");
}

// A new kernel brings the case back from its address. Where that does not help, a person decides.
function reopen() {
  const recent = JSON.parse(sessionStorage.getItem("playbook:reopened") ?? "[]").filter(
    (at) => Date.now() - at < 60_000,
  );
  if (recent.length >= 3) return false;
  sessionStorage.setItem("playbook:reopened", JSON.stringify([...recent, Date.now()]));
  location.reload();
  return true;
}

// The language last chosen in this browser; without one, in the public demo, the one it asks for.
function wanted() {
  let chosen;
  try {
    chosen = localStorage.getItem("playbook:language");
  } catch {
    // A browser that keeps nothing has chosen nothing.
  }
  if (chosen || !("follows" in root.dataset)) return /^(ja|en)$/.test(chosen) ? chosen : "";
  const known = navigator.languages.find((language) => /^(ja|en)\b/i.test(language)) ?? "en";
  return known.slice(0, 2).toLowerCase();
}

// The address names a case, or the tab holds what was typed before there was one (see page.js).
function comesBack() {
  if (new URLSearchParams(location.search).has("case")) return true;
  const unnamed = (name) => name.startsWith(`playbook:${location.pathname}:`) && name.endsWith(":");
  try {
    return Object.keys(sessionStorage).some((name) => unnamed(name) && sessionStorage[name]);
  } catch {
    return false;
  }
}

function show() {
  document.getElementById("pb-loading")?.remove();
  document.body.classList.remove("pb-awaited");
}

// A page comes empty and in one language. Who left something on it, or reads another language, sees
// it once it has both: nothing pressed or typed is lost to what comes back.
function awaitPage() {
  document.body.classList.add("pb-awaited");
  new MutationObserver(show).observe(root, { attributeFilter: ["data-told"] });
  setTimeout(show, PATIENCE);
}

// The keys are at work a moment after the page is drawn. Those pressed meanwhile are pressed again.
function keepKeys() {
  const pressed = [];
  const keep = (event) => pressed.push(event);
  addEventListener("keydown", keep);
  new MutationObserver((_changes, watch) => {
    watch.disconnect();
    removeEventListener("keydown", keep);
    for (const event of pressed) event.target.dispatchEvent(new KeyboardEvent("keydown", event));
  }).observe(root, { attributeFilter: ["data-keys"] });
}

root.dataset.playbook = wanted();
const speaksAnother = root.dataset.playbook && root.dataset.playbook !== root.lang;
const isAwaited = speaksAnother || comesBack();
if (isAwaited) awaitPage();

// The states of all widgets, where the page came with them.
const brought = document.querySelector("script[type='application/vnd.jupyter.widget-state+json']");

let models;
let missesSome = !brought;
const kernel = new Kernel(base, id, (state) => {
  if (state === "gone" && reopen()) return tell("lost");
  tell(state);
  if (state === "open" && missesSome) models?.refresh();
  missesSome = true;
});

function place() {
  if (!isAwaited) show();
  for (const place of document.querySelectorAll("[data-widget]")) {
    place.replaceWith(draw(models.find(place.dataset.widget), models));
  }
}

models = new Models(kernel, place);
if (brought) {
  models.take(JSON.parse(brought.textContent).state);
  keepKeys();
  place();
}

addEventListener("pagehide", (event) => {
  if (!event.persisted) kernel.end();
});
banners.gone.querySelector("button").addEventListener("click", () => location.reload());

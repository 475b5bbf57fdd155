// Opens the page: connects to its kernel, draws its widgets, says when the connection is lost.

import { Kernel } from "./kernel.js";
import { Models } from "./models.js";
import { draw } from "./views.js";

const { base, kernel: id } = document.body.dataset;
const banners = { lost: document.getElementById("pb-lost"), gone: document.getElementById("pb-gone") };

function show(state) {
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

// The states of all widgets, where the page came with them.
const brought = document.querySelector("script[type='application/vnd.jupyter.widget-state+json']");

let models;
let missesSome = !brought;
const kernel = new Kernel(base, id, (state) => {
  if (state === "gone" && reopen()) return show("lost");
  show(state);
  if (state === "open" && missesSome) models?.refresh();
  missesSome = true;
});

function place() {
  document.getElementById("pb-loading")?.remove();
  for (const place of document.querySelectorAll("[data-widget]")) {
    place.replaceWith(draw(models.find(place.dataset.widget), models));
  }
}

models = new Models(kernel, place);
if (brought) {
  models.take(JSON.parse(brought.textContent).state);
  place();
}

addEventListener("pagehide", (event) => {
  if (!event.persisted) kernel.end();
});
banners.gone.querySelector("button").addEventListener("click", () => location.reload());

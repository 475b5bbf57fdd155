// Tells the page which language it speaks, and gives the answers their number keys.

const typing = (node) => node.closest("input, textarea, select, [contenteditable=true]") !== null;

function render({ model, el }) {
  const page = () => el.closest(".pb-page");
  // Under Voilà the document is ours; in JupyterLab only the page's own element is.
  const ours = document.documentElement.dataset.playbook !== undefined;

  const speak = () => {
    const language = model.get("language");
    if (page()) page().lang = language;
    // New questions and readings are told to screen readers.
    page()?.querySelectorAll(".pb-live").forEach((part) => part.setAttribute("aria-live", "polite"));
    if (!ours) return;
    document.documentElement.lang = language;
    document.title = model.get("title");
  };
  model.on("change:language change:title", speak);

  const reveal = ({ reveal: selector }) => {
    const part = page()?.querySelector(selector);
    if (!part) return;
    // Let the new content be drawn first.
    requestAnimationFrame(() => {
      const { top } = part.getBoundingClientRect();
      if (top < 0 || top > innerHeight * 0.6) part.scrollIntoView({ block: "start" });
      part.querySelector("[tabindex='-1']")?.focus({ preventScroll: true });
    });
  };
  model.on("msg:custom", reveal);

  const press = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
    if (typing(event.target)) return;
    const key = model.get("shortcuts")[event.key];
    const target = key && page()?.querySelector(key);
    if (!target) return;
    event.preventDefault();
    // JupyterLab has commands of its own on single keys.
    event.stopPropagation();
    target.focus();
    if (target.tagName === "BUTTON") target.click();
  };
  // The second press of a double click would answer a question nobody has read yet.
  const once = (event) => {
    if (event.detail > 1 && event.target.closest(".pb-answers")) event.stopPropagation();
  };
  let root;
  // The element is put into the page after it was rendered.
  requestAnimationFrame(() => {
    speak();
    root = ours ? document : page();
    root?.addEventListener("keydown", press);
    root?.addEventListener("click", once, true);
  });
  return () => root?.removeEventListener("keydown", press);
}

export default { render };

// A list in groups with a search field: picking an item sends its id. Used for checks and causes.

// Width, case and kana do not matter when searching.
const fold = (text) =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));

function render({ model, el }) {
  el.classList.add("pb-outline");
  const box = make("details", "pb-outline-box");
  const summary = make("summary", "pb-outline-title");
  const search = Object.assign(make("input", "pb-outline-search"), { type: "search" });
  const list = make("div", "pb-outline-list");
  const none = make("p", "pb-outline-none");
  none.setAttribute("role", "status");
  box.append(summary, search, none, list);
  el.append(box);
  box.open = model.get("unfolded");

  const filter = () => {
    const wanted = fold(search.value.trim());
    let shown = 0;
    for (const group of list.children) {
      let here = 0;
      for (const item of group.querySelectorAll("button")) {
        const fits = item.dataset.search.includes(wanted);
        item.parentElement.hidden = !fits;
        here += fits;
      }
      group.hidden = here === 0;
      shown += here;
    }
    none.textContent = shown ? "" : model.get("nothing");
  };

  const item = (entry) => {
    const line = make("li", "");
    const button = make("button", "pb-outline-item");
    button.type = "button";
    button.append(make("span", "pb-outline-name", entry.title));
    if (entry.note) button.append(make("span", "pb-outline-note", entry.note));
    if (entry.id === model.get("current")) button.setAttribute("aria-current", "true");
    button.dataset.id = entry.id;
    button.dataset.search = fold(`${entry.title} ${entry.note} ${entry.also}`);
    button.addEventListener("click", () => model.send({ picked: entry.id }));
    line.append(button);
    return line;
  };

  const draw = () => {
    const focused = list.contains(document.activeElement) && document.activeElement.dataset.id;
    summary.textContent = model.get("title");
    search.placeholder = model.get("hint");
    search.setAttribute("aria-label", model.get("hint"));
    list.replaceChildren(
      ...model.get("groups").map((group) => {
        const section = make("section", "pb-outline-group");
        if (group.title) section.append(make("h3", "pb-outline-head", group.title));
        const items = make("ul", "");
        items.append(...group.items.map(item));
        section.append(items);
        return section;
      }),
    );
    filter();
    if (focused) list.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
  };

  // A list nobody looks at is not drawn.
  box.addEventListener("toggle", () => {
    if (box.open === model.get("unfolded")) return;
    model.set("unfolded", box.open);
    model.save_changes();
  });
  search.addEventListener("input", filter);
  model.on("change:groups change:title change:hint change:current", draw);
  draw();
}

export default { render };

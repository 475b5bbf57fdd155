// A search field over everything, with the results below it: an ARIA combobox. The kernel searches.

let made = 0;

function render({ model, el }) {
  el.classList.add("pb-search");
  const id = `pb-search-${(made += 1)}`;
  const input = Object.assign(make("input", ""), { type: "search", autocomplete: "off" });
  const list = Object.assign(make("ul", "pb-search-list"), { id, hidden: true });
  const said = make("p", "pb-search-none");
  said.setAttribute("role", "status");
  list.setAttribute("role", "listbox");
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-controls": id, "aria-expanded": "false",
  })) input.setAttribute(name, value);
  const keys = make("kbd", "", "/");
  keys.setAttribute("aria-hidden", "true");
  el.append(input, keys, list, said);

  let at = -1;

  const show = (open) => {
    list.hidden = !open || !list.children.length;
    said.hidden = !open;
    input.setAttribute("aria-expanded", String(!list.hidden));
    if (list.hidden) move(-1);
  };

  const move = (to) => {
    at = to;
    [...list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === at)));
    const item = list.children[at];
    item?.scrollIntoView({ block: "nearest" });
    if (item) input.setAttribute("aria-activedescendant", item.id);
    else input.removeAttribute("aria-activedescendant");
  };

  const pick = (n) => {
    const result = model.get("results")[n];
    if (!result) return;
    show(false);
    model.send({ picked: n, wanted: model.get("wanted") });
  };

  const draw = () => {
    input.placeholder = model.get("label");
    input.setAttribute("aria-label", model.get("label"));
    list.setAttribute("aria-label", model.get("label"));
    list.replaceChildren(
      ...model.get("results").map((result, n) => {
        const item = Object.assign(make("li", "pb-search-item"), { id: `${id}-${n}` });
        item.setAttribute("role", "option");
        item.append(
          make("span", "pb-search-kind", result.kind),
          make("span", "pb-search-title", result.title),
        );
        // The press would take the focus from the field before the result is picked.
        item.addEventListener("mousedown", (event) => event.preventDefault());
        item.addEventListener("click", () => pick(n));
        return item;
      }),
    );
    const asked = model.get("wanted");
    list.setAttribute("aria-busy", String(asked !== input.value));
    said.textContent = asked && !list.children.length ? model.get("nothing") : "";
    move(list.children.length ? 0 : -1);
    show(document.activeElement === input && asked !== "");
  };

  const ask = () => {
    list.setAttribute("aria-busy", "true");
    model.send({ find: input.value });
  };

  input.addEventListener("input", (event) => {
    if (!event.isComposing) ask();
  });
  input.addEventListener("compositionend", ask);
  input.addEventListener("focus", () => {
    input.select();
    show(input.value !== "" && input.value === model.get("wanted"));
    if (!list.hidden && at < 0) move(0);
  });
  input.addEventListener("blur", () => show(false));
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const count = list.hidden ? 0 : list.children.length;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps && count) move((at + steps[event.key] + count) % count);
    else if (event.key === "Enter" && model.get("wanted") === input.value) pick(Math.max(at, 0));
    // Who presses before the results are there means the best of them.
    else if (event.key === "Enter") model.send({ find: input.value, first: true });
    else if (event.key === "Escape" && input.value) {
      input.value = "";
      ask();
    } else if (event.key === "Escape") input.blur();
    else return;
    event.preventDefault();
  });

  model.on("change:results change:wanted change:label change:nothing", draw);
  draw();
}

export default { render };

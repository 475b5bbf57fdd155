// A drawing of the cause tree: one stop for the tab key, arrow keys between the causes, Enter or a
// click picks one. The drawing itself is made by the kernel; here it only becomes alive.

const KEYS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

// The drawing alone on one page of paper, in a window of its own.
function print(drawing, title) {
  const paper = open("", "_blank");
  if (!paper) return;
  const { document: page } = paper;
  page.title = title;
  const sheet = new paper.CSSStyleSheet();
  sheet.replaceSync(
    `@page { size: A4 landscape; margin: 10mm; }
     html, body { margin: 0; height: 100%; color-scheme: light; background: #fff; }
     svg { display: block; width: 100%; height: 100vh; max-height: 188mm; print-color-adjust: exact; }`,
  );
  page.adoptedStyleSheets = [sheet];
  page.body.append(page.importNode(drawing, true));
  paper.print();
}

function render({ model, el }) {
  el.classList.add("pb-tree-picture");
  const box = make("details", "pb-tree-box");
  const summary = make("summary", "pb-outline-title");
  const bar = make("p", "pb-tree-bar");
  const hint = make("span", "");
  const press = Object.assign(make("button", "pb-press pb-print"), { type: "button" });
  const place = make("div", "pb-tree-place");
  bar.append(hint, press);
  box.append(summary, bar, place);
  el.append(box);
  box.open = model.get("unfolded");

  const causes = () => [...place.querySelectorAll("[data-id]")];

  const stop = (node) => {
    for (const each of causes()) each.setAttribute("tabindex", each === node ? "0" : "-1");
  };

  const draw = () => {
    const focused = place.contains(document.activeElement) && document.activeElement.dataset.at;
    place.innerHTML = model.get("svg");
    summary.textContent = model.get("title");
    hint.textContent = model.get("hint");
    press.textContent = model.get("print");
    press.hidden = !model.get("print");
    box.hidden = !model.get("there");
    const all = causes();
    const same = focused && all.find((each) => each.dataset.at === focused);
    stop(same ?? all[0]);
    if (same) same.focus({ preventScroll: true });
  };

  const pick = (node) => node && model.send({ picked: node.dataset.id });

  place.addEventListener("click", ({ target }) => pick(target.closest("[data-id]")));
  place.addEventListener("keydown", (event) => {
    const node = event.target.closest("[data-id]");
    if (!node || event.altKey || event.ctrlKey || event.metaKey) return;
    const all = causes();
    if (event.key in KEYS) {
      const next = all[all.indexOf(node) + KEYS[event.key]];
      if (next) {
        stop(next);
        next.focus();
      }
    } else if (event.key === "Enter" || event.key === " ") pick(node);
    else return;
    event.preventDefault();
    // JupyterLab moves between its cells with the same keys.
    event.stopPropagation();
  });
  // A picture nobody looks at is not drawn.
  box.addEventListener("toggle", () => {
    if (box.open === model.get("unfolded")) return;
    model.set("unfolded", box.open);
    model.save_changes();
  });
  press.addEventListener("click", () => print(place.firstElementChild, model.get("title")));
  model.on("change:svg change:there change:title change:hint change:print", draw);
  draw();
}

export default { render };

// Draws widgets as the browser's own controls. The classes are those of ipywidgets, so that one
// style sheet fits here and in JupyterLab.

// Characters of a text; the server cuts the connection at a message much larger than that.
const LONGEST = 500_000;

let made = 0;

function element(name, classes, properties = {}) {
  const node = Object.assign(document.createElement(name), properties);
  node.className = `jupyter-widgets ${classes}`;
  return node;
}

// Keeps a part of a view equal to a trait, now and later.
function follow(model, names, draw) {
  model.on(names.map((name) => `change:${name}`).join(" "), draw);
  draw();
}

// The focus never falls off the page: a part that loses its focused child takes it.
function hold(node) {
  node.tabIndex = -1;
  node.focus({ preventScroll: true });
}

const views = {
  Box(model, node, models) {
    const children = new Map();
    follow(model, ["children"], () => {
      const wanted = model.get("children").map((child) => {
        if (!children.has(child)) children.set(child, draw(models.find(child), models));
        return children.get(child);
      });
      const gone = [...node.children].filter((old) => !wanted.includes(old));
      if (gone.some((old) => old.contains(document.activeElement))) hold(node);
      for (const old of gone) old.remove();
      // A child in its place already is not moved: moving takes the focus away.
      wanted.forEach((child, n) => {
        if (node.children[n] !== child) node.insertBefore(child, node.children[n] ?? null);
      });
    });
  },

  HTML(model, node) {
    const content = document.createElement("div");
    content.className = "widget-html-content";
    node.append(content);
    follow(model, ["value"], () => {
      content.innerHTML = model.get("value");
    });
  },

  Button(model, node) {
    node.type = "button";
    node.addEventListener("click", () => model.get("disabled") || model.send({ event: "click" }));
    follow(model, ["description", "disabled", "tooltip"], () => {
      node.textContent = model.get("description");
      // A button that is `disabled` would drop the focus; this one only rests.
      node.ariaDisabled = model.get("disabled");
      node.title = model.get("tooltip") ?? "";
    });
  },

  Textarea(model, node) {
    const id = `widget-${(made += 1)}`;
    const label = Object.assign(document.createElement("label"), { htmlFor: id });
    label.className = "widget-label";
    const area = Object.assign(document.createElement("textarea"), { id, rows: 5 });
    node.append(label, area);
    follow(model, ["description", "placeholder", "disabled"], () => {
      label.textContent = model.get("description");
      area.placeholder = model.get("placeholder");
      area.disabled = model.get("disabled");
    });
    follow(model, ["value"], () => {
      if (area.value !== model.get("value")) area.value = model.get("value");
    });
    const tell = () => {
      const tooLong = area.value.length > LONGEST;
      document.getElementById("pb-long").hidden = !tooLong;
      if (tooLong) return;
      model.set("value", area.value);
      model.save_changes();
    };
    area.addEventListener(model.get("continuous_update") ? "input" : "change", tell);
  },

  Any(model, node) {
    style(model.get("_css"));
    module(model.get("_esm")).then(async (widget) => {
      const { signal } = new AbortController();
      await widget.initialize?.({ model, signal });
      await widget.render?.({ model, el: node, signal });
    });
  },
};

// A widget's model name -> how it is drawn, the element it is, its classes.
const KINDS = {
  VBoxModel: ["Box", "div", "widget-box widget-vbox"],
  HBoxModel: ["Box", "div", "widget-box widget-hbox"],
  HTMLModel: ["HTML", "div", "widget-html"],
  ButtonModel: ["Button", "button", "jupyter-button widget-button"],
  TextareaModel: ["Textarea", "div", "widget-textarea"],
  AnyModel: ["Any", "div", ""],
};

const modules = new Map();

function module(source) {
  if (!modules.has(source)) {
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const loaded = import(address).then(({ default: widget }) =>
      typeof widget === "function" ? widget() : widget,
    );
    modules.set(source, loaded);
  }
  return modules.get(source);
}

const styles = new Set();

// A style element would need a hole in the content security policy; a constructed sheet does not.
function style(source) {
  if (!source || styles.has(source)) return;
  styles.add(source);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(source);
  document.adoptedStyleSheets.push(sheet);
}

// The traits of a Layout are CSS properties, with underscores for hyphens.
function lay(layout, node) {
  const draw = () => {
    for (const [name, value] of Object.entries(layout.state)) {
      if (name.startsWith("_") || name === "tabbable" || name === "tooltip") continue;
      node.style.setProperty(name.replaceAll("_", "-"), value ?? "");
    }
  };
  layout.on("change", draw);
  draw();
}

export function draw(model, models) {
  const [kind, name, classes] = KINDS[model.get("_model_name")];
  const node = element(name, classes);
  let given = [];
  follow(model, ["_dom_classes"], () => {
    node.classList.remove(...given);
    given = model.get("_dom_classes");
    node.classList.add(...given);
    const focused = node.contains(document.activeElement);
    if (focused && !document.activeElement.getClientRects().length) hold(node.parentElement);
  });
  const layout = models.find(model.get("layout"));
  if (layout) lay(layout, node);
  views[kind](model, node, models);
  return node;
}

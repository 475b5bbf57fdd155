// The button with the list of shortcuts, and the hint that there is one, until it has been read.

const READ = "playbook:hint-read";

// A browser that keeps nothing shows the hint each time.
function remembered() {
  try {
    return localStorage.getItem(READ) !== null;
  } catch {
    return false;
  }
}

function remember() {
  try {
    localStorage.setItem(READ, "1");
  } catch {
    // See above.
  }
}

function render({ model, el }) {
  el.classList.add("pb-help");
  const button = Object.assign(make("button", "pb-press", "?"), { type: "button" });
  button.setAttribute("aria-haspopup", "dialog");
  const dialog = make("dialog", "pb-dialog");
  const title = make("h2", "");
  const list = make("dl", "pb-keys");
  const close = Object.assign(make("button", "pb-press"), { type: "button" });
  dialog.append(title, list, close);
  const hint = make("aside", "pb-hint");
  const says = make("p", "");
  const read = Object.assign(make("button", "pb-press"), { type: "button" });
  hint.append(says, read);
  el.append(button, hint, dialog);

  const draw = () => {
    const name = model.get("title");
    button.setAttribute("aria-label", name);
    button.title = name;
    dialog.setAttribute("aria-label", name);
    title.textContent = name;
    close.textContent = model.get("leave");
    says.textContent = model.get("hint");
    hint.setAttribute("aria-label", name);
    read.textContent = model.get("understood");
    list.replaceChildren(
      ...model.get("lines").flatMap(([keys, meaning]) => {
        const term = make("dt", "");
        term.append(...keys.split(" ").map((key) => (key === "–" ? key : make("kbd", "", key))));
        return [term, make("dd", "", meaning)];
      }),
    );
  };
  model.on("change:title change:lines change:hint change:leave change:understood", draw);
  draw();

  // A notebook shows several pages: read on one is read on all.
  const forget = () => {
    for (const each of document.querySelectorAll(".pb-hint")) each.hidden = true;
    remember();
  };
  hint.hidden = remembered();
  // Who works on has seen it: it must not lie over the page for a whole call.
  const works = ({ target }) => {
    if (hint.hidden || target.closest(".pb-help, .pb-languages")) return;
    if (target.closest(".pb-page")) forget();
  };
  document.addEventListener("click", works);
  read.addEventListener("click", () => {
    forget();
    button.focus();
  });
  button.addEventListener("click", () => {
    forget();
    dialog.showModal();
  });
  close.addEventListener("click", () => dialog.close());
  // A press beside the dialog closes it.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  return () => document.removeEventListener("click", works);
}

export default { render };

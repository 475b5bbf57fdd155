// A button that puts a text on the clipboard and says so.

async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  // Plain http on another host than localhost has no clipboard API.
  const area = Object.assign(document.createElement("textarea"), { value: text, readOnly: true });
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

function render({ model, el }) {
  const button = Object.assign(document.createElement("button"), { type: "button" });
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  el.classList.add("pb-copy");
  el.append(button, said);

  const draw = () => {
    button.textContent = model.get("label");
    button.disabled = !model.get("text");
  };
  model.on("change:label change:text", draw);
  draw();

  let timer;
  button.addEventListener("click", async () => {
    await copy(model.get("text"));
    said.textContent = model.get("done");
    el.classList.add("pb-copied");
    clearTimeout(timer);
    timer = setTimeout(() => {
      said.textContent = "";
      el.classList.remove("pb-copied");
    }, 2500);
  });
}

export default { render };

// An element with its class and text. It stands before the modules of the widgets, which a browser
// gets one by one.

function make(tag, className, text) {
  const node = document.createElement(tag);
  node.className = className;
  if (text) node.textContent = text;
  return node;
}


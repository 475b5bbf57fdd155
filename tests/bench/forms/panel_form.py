"""The form in Panel."""

import panel as pn

text = pn.widgets.TextAreaInput(name="Text")
button = pn.widgets.Button(name="Read")
result = pn.pane.Str("")
button.on_click(lambda _event: setattr(result, "object", f"done {button.clicks}"))
pn.Column(text, button, result).servable()

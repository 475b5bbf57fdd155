"""The form in NiceGUI; the argument is the port."""

import sys
from itertools import count

from nicegui import ui


@ui.page("/")
def form() -> None:
    clicks = count(1)
    ui.textarea("Text")
    ui.button("Read", on_click=lambda: result.set_text(f"done {next(clicks)}"))
    result = ui.label("")


ui.run(host="127.0.0.1", port=int(sys.argv[1]), reload=False, show=False)

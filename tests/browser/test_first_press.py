"""What is pressed as soon as a page is there counts, and counts for what was pressed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from test_kept import begin, open_page

PRESSES_AT_ONCE = """
    new MutationObserver((_changes, watch) => {
        if (!document.querySelector(".pb-symptoms button")) return;
        watch.disconnect();
        window.keysWereThere = "keys" in document.documentElement.dataset;
        %s;
    }).observe(document, {childList: true, subtree: true});
"""
"""Presses something in the moment the first list is drawn."""

KEY = 'document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "2", bubbles: true}))'
CLICK = 'document.querySelectorAll(".pb-symptoms button")[1].click()'


@pytest.mark.parametrize("press", [KEY, CLICK], ids=["key", "click"])
def test_a_symptom_chosen_in_the_moment_it_is_drawn_is_chosen(context, server, knowledge, press):
    context.add_init_script(PRESSES_AT_ONCE % press)
    page = open_page(context, server)
    expect(page.locator(".pb-symptoms .pb-chosen")).to_have_text(
        knowledge.symptom["cannot_send"].title.ja
    )
    assert page.evaluate("window.keysWereThere") is False


class LateConnection:
    """Between a page and its kernel: what the page says waits until it is let through."""

    def __init__(self, page: Page) -> None:
        self._waiting: list[str | bytes] | None = []
        page.route_web_socket(lambda _url: True, self._connect)

    def _connect(self, to_page) -> None:
        self._to_kernel = to_page.connect_to_server()
        to_page.on_message(self._said)

    def _said(self, message: str | bytes) -> None:
        if self._waiting is None:
            self._to_kernel.send(message)
        else:
            self._waiting.append(message)

    def let_through(self) -> None:
        waited, self._waiting = self._waiting, None
        for message in waited:
            self._to_kernel.send(message)


def test_open_cases_that_come_late_move_no_symptom_from_under_the_mouse(context, server, knowledge):
    page = context.new_page()
    connection = LateConnection(page)
    page.goto(server.url("/"))
    symptom = page.locator(".pb-symptoms .pb-line-0").nth(1)
    symptom.wait_for()
    page.locator("[data-keys]").first.wait_for(state="attached")
    # Another call, in another window, while the kernel of this page has not been spoken to.
    begin(open_page(context, server))
    place = symptom.bounding_box()
    page.mouse.move(place["x"] + 20, place["y"] + place["height"] / 2)
    page.mouse.down()
    connection.let_through()
    expect(page.locator(".pb-open-cases .pb-line").first).to_be_visible()
    page.mouse.up()
    expect(page.locator(".pb-symptoms .pb-chosen")).to_have_text(
        knowledge.symptom["cannot_send"].title.ja
    )

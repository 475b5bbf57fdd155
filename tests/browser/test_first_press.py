"""What is pressed as soon as a page is there counts, and counts for what was pressed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from test_kept import SlowKernel, begin, open_page

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


def test_open_cases_that_come_late_move_no_symptom_from_under_the_mouse(context, server, knowledge):
    page = context.new_page()
    kernel = SlowKernel(page)
    kernel.hold_back()
    page.goto(server.url("/"))
    symptom = page.locator(".pb-symptoms .pb-line-0").nth(1)
    symptom.wait_for()
    before = symptom.bounding_box()
    # Another call, in another window, while this page waits for what its kernel says.
    begin(open_page(context, server))
    page.mouse.move(before["x"] + 20, before["y"] + before["height"] / 2)
    page.mouse.down()
    kernel.let_go(page)
    expect(page.locator(".pb-open-cases .pb-line").first).to_be_visible()
    page.mouse.up()
    expect(page.locator(".pb-symptoms .pb-chosen")).to_have_text(
        knowledge.symptom["cannot_send"].title.ja
    )

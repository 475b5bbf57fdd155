"""Hostile content in a real browser: nothing of it runs, and the policy breaks nothing of ours."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import expect

HOSTILE = (
    '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>'
    '<svg/onload=window.pwned=1><a href="javascript:window.pwned=1">x</a>'
    "</textarea></pre>'\"><iframe srcdoc='<script>parent.pwned=1</script>'></iframe>"
)


@pytest.fixture
def complaints(context):
    """What the browser says the policy forbade."""
    said: list[str] = []

    def heard(message):
        if "Content Security Policy" in message.text:
            said.append(message.text)

    context.on("console", heard)
    return said


@pytest.mark.parametrize("path", ["/", "/bounce_desk"])
def test_markup_that_is_pasted_is_shown_as_text(context, server, complaints, path):
    page = context.new_page()
    page.goto(server.url(path + "?case=" + quote(HOSTILE) + "&theme=" + quote(HOSTILE)))
    box = page.locator(".pb-paste textarea")
    box.fill(f"{HOSTILE}\n550 5.1.1 <x@example.jp>: User unknown {HOSTILE}")
    page.locator(".pb-read").click()
    page.locator(".pb-verdict-read .pb-reason").wait_for()
    expect(page.locator(".pb-evidence")).to_contain_text("<script>")
    page.reload()
    expect(box).to_have_value(f"{HOSTILE}\n550 5.1.1 <x@example.jp>: User unknown {HOSTILE}")
    assert page.evaluate("window.pwned") is None
    assert page.locator("iframe, .pb-page script, .pb-page img").count() == 0
    assert complaints == []


def test_a_script_that_came_into_the_page_would_not_run(dashboard, complaints):
    dashboard.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.pwned = 1";
            document.body.append(script);
            document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.pwned=1'>");
            const far = document.createElement("script");
            far.src = "data:text/javascript,window.pwned=1";
            document.body.append(far);
        }"""
    )
    dashboard.wait_for_timeout(300)
    assert dashboard.evaluate("window.pwned") is None
    assert len(complaints) == 3


def test_a_text_of_fifty_megabytes_is_refused_with_a_sentence(dashboard):
    dashboard.evaluate(
        """() => {
            const area = document.querySelector(".pb-paste textarea");
            area.value = "x".repeat(50_000_000);
            area.dispatchEvent(new Event("input", {bubbles: true}));
            area.dispatchEvent(new Event("change", {bubbles: true}));
        }"""
    )
    expect(dashboard.locator("#pb-long")).to_be_visible()
    dashboard.evaluate(
        """() => {
            const area = document.querySelector(".pb-paste textarea");
            area.value = "550 5.1.1 User unknown";
            area.dispatchEvent(new Event("change", {bubbles: true}));
        }"""
    )
    expect(dashboard.locator("#pb-long")).to_be_hidden()
    dashboard.locator(".pb-read").click()
    dashboard.locator(".pb-verdict-read .pb-reason").wait_for()

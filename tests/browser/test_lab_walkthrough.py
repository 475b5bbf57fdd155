"""The trainer notebook in a real JupyterLab: a case played by clicking, and what is not told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

import playbook

CASE = "fathers_mail"
KNOWLEDGE = Path(playbook.__file__).parent / "knowledge"


@pytest.fixture(scope="module")
def server(lab):
    return lab


@pytest.fixture
def traffic(context):
    """Everything the kernels say to the page, as text."""
    told: list[str] = []

    def heard(frame) -> None:
        told.append(frame if isinstance(frame, str) else frame.decode("utf-8", "replace"))

    def listen(socket) -> None:
        socket.on("framereceived", heard)

    context.on("page", lambda page: page.on("websocket", listen))
    return told


WRITTEN = "\n".join(path.read_text(encoding="utf-8") for path in KNOWLEDGE.rglob("*.yaml"))


def is_telling(words):
    """Whether the words stand once in the knowledge, so that they can only come from there."""
    return WRITTEN.count(words) <= 1


def found(secrets, *places):
    # JSON may write any letter as \\uXXXX.
    plain = re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), "\n".join(places))
    return [each for each in secrets if each in plain]


OVERFLOWS = """svg => [...svg.querySelectorAll("[data-id]")].flatMap((cause) => {
  const box = cause.querySelector("rect").getBBox();
  const right = [...cause.querySelectorAll("text")].map((text) => text.getBBox());
  return right.filter((text) => text.x + text.width > box.x + box.width - 2).map(
    () => cause.getAttribute("aria-label"));
})"""
"""The causes whose label runs out of its box."""


def test_a_checked_case_is_played_to_its_debrief_and_tells_nothing_before(
    notebook, traffic, knowledge, lab_folder
):
    case = knowledge.case[CASE]
    facts = {check: fact.says.ja for check, fact in case.facts.items() if fact.says}
    for check in case.opening_facts:
        facts.pop(check, None)
    page = notebook("trainer_walkthrough")
    title = re.compile("|".join(map(re.escape, (case.title.ja, case.title.en))))
    room = page.locator(".pb-page").filter(has=page.locator(".pb-customer h2", has_text=title))
    expect(room).to_be_visible()
    expect(room.locator(".pb-undo")).to_be_hidden()

    asked = []
    for step in case.path[:-1]:
        room.locator(f".pb-checks button[data-id={step}]").click()
        asked.append(step)
        expect(room.locator(".pb-turns li")).to_have_count(len(asked))
    said = "\n".join(room.locator(".pb-answered").all_inner_texts())
    assert found(facts.values(), said) == [facts[each] for each in facts if each in asked]
    remedy = knowledge.cause[case.cause].remedy
    room.locator(".pb-remedies summary").click()
    room.locator(f".pb-remedies button[data-id={remedy}]").click()
    expect(room.locator(".pb-remedy h2")).to_be_focused()
    cautions = room.locator(".pb-caution-lines button")
    expect(cautions.first).to_be_visible()
    for caution in cautions.all():
        caution.click()
    expect(room.locator(".pb-caution-lines .pb-chosen")).to_have_count(cautions.count())
    room.locator(".pb-try").click()
    expect(room.locator(".pb-solved")).to_be_visible()
    room.locator(".pb-suspect summary").click()
    room.locator(f".pb-suspect button[data-id={case.cause}]").click()
    expect(room.locator(".pb-verified")).to_be_visible()

    page.keyboard.press("Control+s")
    page.wait_for_timeout(1000)
    saved = (lab_folder / "trainer_walkthrough.ipynb").read_text(encoding="utf-8")
    assert "jupyter.widget-view" in saved
    hidden = [words for check, words in facts.items() if check not in asked]
    hidden += [case.verify.ja, *(trap.bites.ja for trap in case.traps)]
    hidden = [words for words in hidden if is_telling(words)]
    assert len(hidden) > 5
    assert found(hidden, *traffic, saved) == []
    assert found([facts[asked[0]]], *traffic)

    room.locator(".pb-verified").click()
    debrief = room.locator(".pb-debrief")
    expect(debrief.locator("article")).to_be_focused()
    expect(debrief).to_contain_text(knowledge.cause[case.cause].title.ja)
    expect(room.locator(".pb-narrowing .pb-wide svg")).to_be_visible()
    expect(room.locator(".pb-way")).to_have_count(3)
    expect(room.locator(".pb-way").first.locator("li")).to_have_count(len(case.path))
    room.get_by_role("button", name="English").click()
    expect(debrief).to_contain_text(case.verify.en)
    prints_on_one_page_with_room_for_every_label(
        page, page.locator(".pb-page:has(.pb-tree-large)").first, knowledge
    )


def prints_on_one_page_with_room_for_every_label(page, tree, knowledge):
    cause = knowledge.causes[0]
    for button, language in (("English", "en"), ("日本語", "ja")):
        tree.get_by_role("button", name=button).click()
        label = tree.locator(f"[data-id={cause.id}]").first
        expect(label).to_have_attribute("aria-label", cause.title.of(language))
        label.scroll_into_view_if_needed()
        assert tree.locator("svg").evaluate(OVERFLOWS) == []
    # The dialog would print at the same time, and one paper cannot be printed twice at once.
    page.context.add_init_script("window.print = () => (document.title = 'printed')")
    with page.expect_popup() as paper:
        tree.locator(".pb-print").click()
    expect(paper.value).to_have_title("printed")
    pdf = paper.value.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) == 1

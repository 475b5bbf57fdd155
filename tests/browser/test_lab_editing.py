"""Editing knowledge and reviewing cases in a real JupyterLab."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

FILE = "causes/receiving.yaml"


@pytest.fixture(scope="module")
def server(lab):
    return lab


def test_a_planted_fault_is_found_mended_and_gone(notebook, lab_folder, knowledge):
    page = notebook("knowledge_editing")
    page.locator(".pb-choice select").select_option(FILE)
    page.locator(".pb-copy-file").click()
    link = page.locator(".pb-files a")
    expect(link).to_have_count(1)

    path = lab_folder / "private_knowledge" / FILE
    sound = path.read_text(encoding="utf-8")
    path.write_text(sound.replace("cannot_receive: very_common", "cannot_receive: oftn", 1))
    line = 1 + path.read_text(encoding="utf-8").splitlines().index(
        next(each for each in path.read_text(encoding="utf-8").splitlines() if "oftn" in each)
    )
    page.locator(".pb-check-again").click()
    found = page.locator(".pb-checked")
    expect(found).to_contain_text(f"{FILE}:{line}")
    link.click()
    expect(page.locator(".jp-FileEditor .cm-content")).to_contain_text("yaml-language-server")
    found.get_by_role("link", name=f"{FILE}:{line}").click()
    expect(page.locator(".jp-StatusBar-TextItem", has_text=f"Ln {line},")).to_have_count(1)

    path.write_text(sound.replace("cannot_receive: very_common", "cannot_receive: rare", 1))
    page.locator(".pb-check-again").click()
    expect(found).to_contain_text(knowledge.say("editing_sound", "ja"))
    expect(found).not_to_contain_text(f"{FILE}:{line}")
    expect(found).to_contain_text("very_common → rare")
    page.get_by_role("button", name="English").click()
    expect(found).to_contain_text(knowledge.say("editing_paths", "en"))


def test_a_review_is_drawn_and_a_batch_shows_how_far_it_is(notebook, knowledge):
    page = notebook("case_review")
    overview = page.locator(".pb-review").first
    expect(overview).to_contain_text(knowledge.say("review_invented", "ja"))
    page.get_by_role("button", name="English").click()
    expect(overview).to_contain_text(knowledge.say("review_invented", "en"))

    page.locator(".pb-sample").click()
    expect(page.locator(".pb-progress progress")).to_have_count(1)
    expect(page.locator(".pb-progress")).to_contain_text("MB a second")
    report = page.locator(".pb-report h2")
    expect(report.first).to_have_text(knowledge.say("report_own_faults", "en"), timeout=60_000)
    expect(page.locator(".pb-progress progress")).to_have_count(0)

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
    found = page.locator(".pb-found")
    expect(found).to_contain_text(f"{FILE}:{line}")

    path.write_text(sound.replace("cannot_receive: very_common", "cannot_receive: rare", 1))
    page.locator(".pb-check-again").click()
    expect(found).to_contain_text(knowledge.say("editing_sound", "ja"))
    expect(found).not_to_contain_text(f"{FILE}:{line}")
    expect(found).to_contain_text("very_common → rare")
    page.get_by_role("button", name="English").click()
    expect(found).to_contain_text(knowledge.say("editing_paths", "en"))

    link.click()
    expect(page.locator(".jp-FileEditor .cm-content")).to_contain_text("yaml-language-server")

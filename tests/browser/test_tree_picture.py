"""The small picture of the tree on the agent's page, by mouse and by keys."""

from __future__ import annotations

from playwright.sync_api import expect

from playbook.outline import causes_of_symptom


def test_a_cause_of_the_picture_opens_by_click_and_by_keys(dashboard, knowledge):
    picture = dashboard.locator(".pb-tree-picture")
    expect(picture.locator("summary")).to_be_hidden()
    dashboard.locator(".pb-symptoms button", has_text=knowledge.symptoms[0].title.ja).click()
    picture.locator("summary").click()
    causes = causes_of_symptom(knowledge, knowledge.symptoms[0].id)
    expect(picture.locator("[data-id]")).to_have_count(len(causes))

    sheet = dashboard.locator(".pb-sheet")
    picture.locator(f"[data-id={causes[3].id}]").click()
    expect(sheet).to_contain_text(causes[3].title.ja)
    expect(picture.locator("[aria-pressed=true]")).to_have_attribute("data-id", causes[3].id)

    # One stop for the tab key; the arrows lead on from there.
    expect(picture.locator("[tabindex='0']")).to_have_count(1)
    picture.locator("[tabindex='0']").focus()
    at = [cause.id for cause in causes].index(
        picture.locator("[tabindex='0']").get_attribute("data-id")
    )
    dashboard.keyboard.press("ArrowDown")
    dashboard.keyboard.press("Enter")
    expect(sheet).to_contain_text(causes[at + 1].title.ja)

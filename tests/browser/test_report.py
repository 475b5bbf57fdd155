"""The report of a batch, and how far one is, in a real browser."""

from __future__ import annotations

import re
import time
from pathlib import Path

import batch_driver
import mail_sources
import pytest
from playwright.sync_api import expect
from serving import running_server
from test_accessible import grave, speak

from playbook.batch import run_batch
from playbook.batch.standing import Scribe
from playbook.mailboxes import plan


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("batch")
    source = mail_sources.write_mbox(path / "a.mbox", mail_sources.invented(300))
    run_batch(plan([source]), batch_driver.order(path / "out"), workers=1)
    return path / "out"


@pytest.fixture(scope="module")
def server(folder):
    with running_server(PLAYBOOK_BATCH=str(folder)) as running:
        yield running


@pytest.fixture
def page(context, server):
    page = context.new_page()
    page.goto(server.url("/bounce_report"))
    page.locator(".pb-report h2").first.wait_for()
    return page


def test_the_report_begins_with_our_own_faults_in_both_languages(page, knowledge):
    titles = page.locator(".pb-report h2")
    expect(titles.first).to_have_text(knowledge.say("report_own_faults", "ja"))
    expect(page.locator(".pb-report table").first).to_contain_text(
        knowledge.reason["auth_failure"].title.ja
    )
    page.get_by_role("button", name="English").click()
    expect(titles.first).to_have_text(knowledge.say("report_own_faults", "en"))
    expect(page.locator(".pb-report")).not_to_contain_text("@")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_report_has_no_grave_fault(page, folder, language):
    speak(page, language)
    scribe = Scribe(folder, 1_000_000)
    page.locator(".pb-progress progress").wait_for()
    assert grave(page) == []
    scribe.end()


@pytest.mark.parametrize("look", [{"viewport": {"width": 390, "height": 844}, "has_touch": True}])
def test_a_day_stays_in_one_piece_on_a_phone(page):
    day = page.locator("th", has_text=re.compile(r"^\d{4}-\d\d-\d\d$"))
    lines = day.first.evaluate(
        """cell => {
            const range = new Range();
            range.selectNodeContents(cell);
            return range.getClientRects().length;
        }"""
    )
    assert lines == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_progress_of_a_running_batch_moves_and_goes_when_it_ends(page, folder, knowledge):
    bar = page.locator(".pb-progress progress")
    expect(bar).to_have_count(0)
    scribe = Scribe(folder, 1_000_000)
    expect(bar).to_have_attribute("value", "0")
    time.sleep(1.1)  # it writes once a second
    scribe.note(400_000, 90, was_there=False)
    expect(bar).to_have_attribute("value", "400000")
    expect(page.locator(".pb-progress")).to_contain_text("40%")
    scribe.end()
    expect(bar).to_have_count(0)

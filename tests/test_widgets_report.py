"""The bounce report: what it says before there is one, and of a batch nobody works on."""

from __future__ import annotations

import json
import re
import time

import pytest
from test_widgets import shown

from playbook.batch.standing import FILE, STALLED, Scribe
from playbook.widgets.report.page import ReportPage
from playbook.widgets.report.state import ReportState


@pytest.fixture(params=["ja", "en"])
def opened(request, knowledge):
    """Opens the page on a folder, in either language: what it shows."""

    def page_on(folder, **also) -> str:
        state = ReportState(knowledge, folder)
        state.language = request.param
        for name, value in also.items():
            setattr(state, name, value)
        page = ReportPage(state).page
        return "".join(shown(each) for each in seen(page))

    page_on.say = lambda label, **values: knowledge.say(label, request.param, **values)
    return page_on


def seen(widget):
    """The parts of a page that are not hidden."""
    if "pb-hidden" in widget._dom_classes:
        return
    children = getattr(widget, "children", ())
    if not children:
        yield widget
    for each in children:
        yield from seen(each)


def stall(folder) -> None:
    """A batch nobody has worked on for longer than any task takes."""
    Scribe(folder, 1_000)
    standing = json.loads((folder / FILE).read_text())
    told = time.time() - STALLED - 60
    standing |= {"done": 400, "fresh": 400, "begun": told - 100, "told": told}
    (folder / FILE).write_text(json.dumps(standing))


def test_a_stalled_batch_is_a_warning_with_its_bar_and_the_time_it_stopped(opened, tmp_path):
    stall(tmp_path)
    page = opened(tmp_path)
    at = re.search(r"\d\d/\d\d \d\d:\d\d", page)[0]
    assert opened.say("report_stalled", percent="40", at=at) in page
    assert re.search(r'<div class="pb-notice-care" role="status"><progress value="400"', page)
    # What to do is said once: run it again, not begin one.
    assert opened.say("report_none_yet") not in page


def test_while_the_first_batch_runs_nobody_is_asked_to_begin_one(opened, tmp_path):
    Scribe(tmp_path, 1_000)
    page = opened(tmp_path)
    assert "<progress" in page
    assert opened.say("report_none_yet") not in page


def test_without_a_batch_the_page_says_how_to_begin_one(opened, tmp_path):
    for folder in (None, tmp_path):
        assert opened.say("report_none_yet") in opened(folder)


def test_without_the_extra_the_page_names_the_command_to_ask_for(opened, tmp_path):
    stall(tmp_path)
    page = opened(tmp_path, has_extra=False)
    assert opened.say("report_needs_extra") in page
    assert "<code>pip install &#39;mail-playbook[batch]&#39;</code>" in page
    assert "<progress" not in page

"""What the documentation says is so: commands run, links lead somewhere, two languages agree."""

from __future__ import annotations

import mailbox
import os
import re
import shlex
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest
from fresh import ROOT, run
from invented_mails import ENGLISH
from PIL import Image

BOTH = ("README.md", "README.ja.md")
PROGRAMS = Path(sys.executable).parent

SHORTER = {
    "playbook simulate": "--symptom cannot_send --policy one-step --cases 1",
    "jupyter lab": "--no-browser --allow-root --port 0 --ServerApp.base_url=/readme/",
    # The other commands of the hub are played by two agents in test_hub.py.
    "jupyterhub -f": "--show-config",
    "python -m pip": "--dry-run --no-deps --no-build-isolation --quiet",
}
"""What is added to a command here, by how it begins: it would take minutes, wait for visitors, or
change this environment."""


def blocks(readme):
    text = (ROOT / readme).read_text(encoding="utf-8")
    return [
        block.strip() for block in re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    ]


def commands(readme):
    """Every command, without what is said about it."""
    lines = (line for block in blocks(readme) for line in block.splitlines())
    told = [re.sub(r"\s+#.*", "", line) for line in lines]
    return [line for line in told if re.match(r"(\.venv/bin/|make |export )", line)]


def headings(readme):
    text = re.sub(r"```.*?```", "", (ROOT / readme).read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.findall(r"^#+(?= )", text, re.MULTILINE)


def links(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [each for each in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in each]


def pages():
    return sorted(run(["git", "-C", ROOT, "ls-files", "*.md"]).split())


def test_both_readmes_tell_the_same_commands_in_the_same_sections():
    english, japanese = map(commands, BOTH)
    assert english == japanese
    assert headings(BOTH[0]) == headings(BOTH[1])
    tables = [re.findall(r"^\|---.*", (ROOT / each).read_text(), re.MULTILINE) for each in BOTH]
    assert tables[0] == tables[1]
    figures = [re.findall(r"\b\d+\.\d\d?\b(?= \|)", (ROOT / each).read_text()) for each in BOTH]
    assert figures[0] == figures[1]


def test_both_readmes_name_each_other_and_the_same_places():
    (english, japanese) = ({*links(ROOT / each)} for each in BOTH)
    assert BOTH[1] in english
    assert BOTH[0] in japanese
    aside = {*BOTH, "docs/screenshots/call-en.webp", "docs/screenshots/call-ja.webp"}
    assert english - aside == japanese - aside


@pytest.mark.parametrize("page", pages())
def test_every_link_inside_the_repository_leads_somewhere(page):
    known = {*run(["git", "-C", ROOT, "ls-files"]).splitlines()}
    known |= {str(folder) for each in known for folder in Path(each).parents}
    for link in links(ROOT / page):
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        inside = os.path.relpath(target, ROOT)
        assert inside in known, f"{page}: {link}"
        if anchor:
            titles = re.findall(r"^#+ (.*)", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", t).lower().replace(" ", "-") for t in titles}


def test_the_map_of_the_house_names_every_module_of_the_package():
    first_floor = [each for each in (ROOT / "playbook").iterdir() if each.suffix in ("", ".py")]
    rooms = {each.name for each in first_floor} - {"__init__.py", "__pycache__"}
    for readme in BOTH:
        house = next(block for block in blocks(readme) if block.startswith("notebooks/"))
        named = re.findall(r"[a-z_*]+(?:/|\.py)", house)
        unnamed = {room for room in rooms if not any(fnmatch(room, n.rstrip("/")) for n in named)}
        assert not unnamed


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A folder with the files the commands speak of, and the checkout's own folders."""
    folder = tmp_path_factory.mktemp("desk")
    box = mailbox.mbox(folder / "MAILBOX")
    box.add("From: MAILER-DAEMON@example.jp\nSubject: failure\n\n" + ENGLISH)
    box.close()
    for name in ("notebooks", "deploy", "tests"):
        (folder / name).symlink_to(ROOT / name)
    return folder


def started(command, folder, env):
    """Whether a server says where it can be reached."""
    with subprocess.Popen(
        command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        try:
            return any("/readme/" in line for line in server.stdout)
        finally:
            server.terminate()


@pytest.mark.parametrize("command", dict.fromkeys(commands(BOTH[0])))
def test_every_command_of_the_readmes_runs(command, desk):
    words = shlex.split(command)
    if words[0] == "export":
        # Said before a command that opens the case log; here there is no such server.
        assert re.fullmatch(r"PLAYBOOK_[A-Z]+=\S+", words[1])
        assert words[1].partition("=")[0] in (ROOT / "playbook/settings.py").read_text()
        return
    if words[0] == "make":
        # The recipe stands; what it does takes minutes, and the tests are one of them.
        assert run(["make", "-n", "-C", ROOT, *words[1:]]).strip()
        return
    name = words[0].removeprefix(".venv/bin/")
    words = [str(PROGRAMS / name), *words[1:]]
    for begins, more in SHORTER.items():
        if f"{name} {' '.join(words[1:])}".startswith(begins):
            words += shlex.split(more)
    env = {**os.environ, "PLAYBOOK_DATABASE": f"sqlite:///{desk}/cases.sqlite3"}
    if name == "jupyter":
        assert started(words, desk, env)
    else:
        run(words, cwd=ROOT if name == "python" else desk, env=env)


def test_every_make_target_named_in_a_page_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {*re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)}
    said = {
        target
        for page in pages()
        for target in re.findall(r"`make ([a-z-]+)`", (ROOT / page).read_text(encoding="utf-8"))
    }
    assert said - targets == set()
    assert {*re.search(r"^\.PHONY: (.*)", makefile, re.MULTILINE)[1].split()} >= targets


def test_the_pictures_of_the_documentation_are_the_drawn_ones(tmp_path):
    run([sys.executable, ROOT / "docs/pictures.py", tmp_path])
    for drawn in tmp_path.iterdir():
        assert drawn.read_bytes() == (ROOT / "docs" / drawn.name).read_bytes(), "run `make docs`"
    assert len([*tmp_path.iterdir()]) == len([*(ROOT / "docs").glob("*.svg")])


def test_every_module_whose_docstrings_are_rendered_can_be_imported():
    load = (
        "from importlib import import_module as load; from runpy import run_path; "
        "[load(each) for each in run_path('docs/render.py')['modules']()]"
    )
    subprocess.run([sys.executable, "-c", load], cwd=ROOT, check=True)


def test_the_pictures_of_the_readmes_move_and_are_light():
    for language in ("en", "ja"):
        path = ROOT / f"docs/screenshots/call-{language}.webp"
        with Image.open(path) as picture:
            assert picture.n_frames > 4
        assert path.stat().st_size < 500_000

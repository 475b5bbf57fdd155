"""The public demo as Binder builds and opens it, without Docker: the same steps, one by one."""

from __future__ import annotations

import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from fresh import ROOT, environment, run, surroundings
from playwright.sync_api import expect

BASE = "/user/visitor-4711/"
"""Each visitor of Binder is given a server below a path like this."""

SOMEONE = f"hanako.{secrets.token_hex(8)}@example.com"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """What Binder clones: the files git knows of, as they stand."""
    folder = tmp_path_factory.mktemp("binder") / "repo"
    listed = run(["git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard"])
    for name in listed.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
            (folder / name).chmod((ROOT / name).stat().st_mode)
    return folder


@pytest.fixture(scope="module")
def dockerfile(checkout):
    """The build file repo2docker writes for the repository."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", checkout]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def test_repo2docker_builds_from_the_folder_of_the_demo_alone(dockerfile):
    copied = re.findall(r"^COPY .*? (src/\S+) ", dockerfile, re.MULTILINE)
    assert copied[0] == "src/binder/environment.yml"
    assert '--file "binder/environment.yml"' in dockerfile
    assert "RUN ./binder/postBuild" in dockerfile
    assert 'ENV R2D_ENTRYPOINT="${REPO_DIR}/binder/start"' in dockerfile


def test_binder_can_run_the_scripts_of_the_demo(checkout):
    for name in ("postBuild", "start"):
        assert (checkout / "binder" / name).stat().st_mode & 0o111
        run(["bash", "-n", checkout / "binder" / name])


@pytest.fixture(scope="module")
def built(checkout, dockerfile, tmp_path_factory):
    """The programs of the demo: its requirements, then the build steps of the build file.

    Names in the conda part of the environment file are those of the same packages on PyPI.
    """
    home = tmp_path_factory.mktemp("home")
    listed = yaml.safe_load((checkout / "binder/environment.yml").read_text(encoding="utf-8"))
    names = [each for each in listed["dependencies"] if isinstance(each, str)]
    names = [each for each in names if not re.match(r"python\b", each)]
    for each in listed["dependencies"]:
        names += each["pip"] if isinstance(each, dict) else []
    programs = environment(tmp_path_factory.mktemp("demo") / "env", *names)
    env = surroundings(programs, home)
    for step in re.findall(r"^RUN (\./\S+)$", dockerfile, re.MULTILINE):
        run([step], cwd=checkout, env=env)
    return programs, home


class Demo(NamedTuple):
    address: str
    began: float
    """When it was started."""
    folders: tuple[Path, Path]
    """Where a visitor could leave something."""

    def files_with(self, words):
        files = (path for folder in self.folders for path in folder.rglob("*") if path.is_file())
        return [path for path in files if words.encode() in path.read_bytes()]


@pytest.fixture(scope="module")
def demo(built, checkout):
    """The visitor's server, started through the entry point."""
    programs, home = built
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        checkout / "binder/start", "jupyter", "server", "--no-browser", "--allow-root",
        "--ip=127.0.0.1", f"--port={port}", f"--ServerApp.base_url={BASE}",
        "--IdentityProvider.token=", "--ServerApp.port_retries=0",
    ]  # fmt: skip
    log = home / "log"
    with log.open("w") as out:
        began = time.monotonic()
        server = subprocess.Popen(
            command, cwd=checkout, env=surroundings(programs, home), stdout=out, stderr=out
        )
        address = f"http://127.0.0.1:{port}{BASE}"
        try:
            while True:
                assert server.poll() is None, log.read_text()
                try:
                    urllib.request.urlopen(address + "api", timeout=5)
                    break
                except OSError:
                    assert time.monotonic() < began + 60, log.read_text()
                    time.sleep(0.1)
            yield Demo(address, began, (checkout, home))
        finally:
            server.terminate()
            server.wait(30)


def test_a_visitor_plays_a_call_and_reads_a_bounce_and_nothing_is_kept(
    demo, browser, knowledge, capsys
):
    asked = []
    context = browser.new_context(locale="en-US", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    # What the launcher opens: `urlpath=playbook/`.
    page.goto(demo.address + "playbook/")
    page.locator(".pb-example").first.wait_for(timeout=60_000)
    page.locator(".pb-hint").wait_for(state="attached")
    assert not page.locator(".pb-hint").is_visible()
    page.locator(".pb-example").first.click()
    expect(page.locator(".pb-question h2")).to_be_visible(timeout=60_000)
    with capsys.disabled():
        taken = time.monotonic() - demo.began
        print(f"\ndemo: {taken:.1f} s from the server's start to the first question")

    expect(page.locator(".pb-demo-notice")).to_contain_text("do not paste real mail")
    for _ in range(3):
        asks = page.locator(".pb-question h2").inner_text()
        page.locator(".pb-answers .pb-line-0").first.click()
        expect(page.locator(".pb-question h2")).not_to_have_text(asks)
    page.locator(".pb-ranking .pb-line-0").first.click()
    page.locator(".pb-sheet article").wait_for()
    page.locator(".pb-worked").click()
    expect(page.locator(".pb-question")).to_contain_text(knowledge.say("solved", "en"))

    page.get_by_role("link", name=knowledge.say("page_desk", "en")).click()
    desk = page
    desk.wait_for_url("**/bounce_desk")
    desk.locator(".pb-example").first.click()
    expect(desk.locator(".pb-reason")).to_be_visible()
    assert desk.locator("mark").count() > 0
    desk.locator(".pb-paste textarea").fill(f"550 5.2.2 <{SOMEONE}>: mailbox full")
    desk.locator(".pb-read").click()
    expect(desk.locator(".pb-reason")).to_have_text(knowledge.reason["mailbox_full"].title.en)

    ours = (demo.address, f"blob:{demo.address.removesuffix(BASE)}/", "data:")
    assert [url for url in asked if not url.startswith(ours)] == []
    assert "case=" not in page.url
    assert demo.files_with(SOMEONE) == []
    context.close()


def test_a_japanese_browser_is_answered_in_japanese(demo, browser, knowledge):
    page = browser.new_page(locale="ja-JP")
    page.goto(demo.address + "playbook/bounce_desk")
    expect(page.locator(".pb-demo-notice")).to_contain_text(
        knowledge.labels["demo_notice"].ja, timeout=60_000
    )
    page.close()


def test_the_link_for_trainers_leads_to_their_notebook_in_jupyterlab(demo, browser, knowledge):
    page = browser.new_page(locale="en-US")
    page.goto(demo.address + "playbook/")
    link = page.get_by_role("link", name=knowledge.say("demo_lab", "en"))
    lab = link.get_attribute("href", timeout=60_000)
    assert "jupyter-config-data" in page.request.get(demo.address.removesuffix(BASE) + lab).text()
    notebook = demo.address + "api/contents" + lab.partition("lab/tree")[2]
    assert page.request.get(notebook).json()["type"] == "notebook"
    page.close()

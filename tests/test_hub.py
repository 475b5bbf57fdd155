"""A real JupyterHub with two agents, each in Voilà, and one case log in PostgreSQL."""

from __future__ import annotations

import json
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import psutil
import psycopg
import pytest
import websocket
from wire import Wire

CONFIG = Path(__file__).parent.parent / "deploy" / "jupyterhub_config.py"
PASSWORD = secrets.token_hex(16)
HURRIED = """
import os, pathlib, signal
from playbook import cli
from playbook.server import pages
pages.LOOKED_FOR_EVERY = 1
signal.signal(signal.SIGUSR1, lambda *_: setattr(pages, "ABANDONED_AFTER", 2))
pathlib.Path("{folder}/jiro.pid").write_text(str(os.getpid()))
cli.main()
"""
"""A server of an agent's that when told so ends itself after seconds in place of an hour."""
FOR_THE_TEST = f"""
load_subconfig({str(CONFIG)!r})
c.JupyterHub.bind_url = "http://127.0.0.1:{{port}}"
c.JupyterHub.hub_port = {{hub}}
c.JupyterHub.db_url = "sqlite:///hub.sqlite"
c.JupyterHub.cookie_secret_file = "cookie_secret"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{{api}}"
# Accounts of the machine would be needed for PAM; agents are made up here.
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = {PASSWORD!r}
c.JupyterHub.spawner_class = "simple"
# Not in /tmp, where the folders of whoever ran the tests before may lie.
c.SimpleLocalProcessSpawner.home_dir_template = "{{folder}}/homes/{{{{username}}}}"
c.Spawner.start_timeout = c.Spawner.http_timeout = 120
c.Spawner.poll_interval = 1

def hurry(spawner):
    if spawner.user.name == "jiro":
        spawner.cmd = [spawner.cmd[0], "-c", {HURRIED!r}, *spawner.cmd[3:]]

c.Spawner.pre_spawn_hook = hurry
"""


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@pytest.fixture(scope="module")
def database(postgres):
    return postgres.new_database("hub")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("hub")


@pytest.fixture(scope="module")
def hub(database, folder):
    port, hub_port, api = free_ports(3)
    settings = FOR_THE_TEST.format(port=port, hub=hub_port, api=api, folder=folder)
    (folder / "config.py").write_text(settings)
    env = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": str(folder),
        "PLAYBOOK_DATABASE": database,
        "PLAYBOOK_LEADS": "lead",
        "PYTHONPATH": str(CONFIG.parent.parent),
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", "config.py"],
            cwd=folder,
            env=env,
            stdout=log,
            stderr=log,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                build_opener().open(address + "/hub/health", timeout=5)
                break
            except (URLError, OSError):
                assert process.poll() is None, (folder / "log").read_text()[-3000:]
                time.sleep(1)
        yield address
    finally:
        process.terminate()
        process.wait(60)
        print((folder / "log").read_text()[-6000:])


class Agent:
    """A person with a browser: logged in at the hub, with a server of their own."""

    def __init__(self, hub, name):
        self.hub, self.name = hub, name
        self.cookies = CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.cookies))
        self.get("/hub/login")
        form = {"username": name, "password": PASSWORD, "_xsrf": self.xsrf("/hub/")}
        self.opener.open(Request(hub + "/hub/login", data=urlencode(form).encode()), timeout=60)
        self.get(f"/hub/spawn/{name}")
        self.await_server()

    def await_server(self):
        for _ in range(60):
            if "data-kernel" in self.get(f"/user/{self.name}/")[1]:
                return
            time.sleep(1)
        raise AssertionError("the server did not start")

    def get(self, path):
        try:
            with self.opener.open(self.hub + path, timeout=120) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def xsrf(self, path):
        return next(
            each.value for each in self.cookies if each.name == "_xsrf" and each.path == path
        )

    def page(self, case="", of=""):
        return Wire(f"{self.hub}/user/{of or self.name}", case, cookies=self.cookies)


@pytest.fixture(scope="module")
def hanako(hub):
    return Agent(hub, "hanako")


@pytest.fixture(scope="module")
def taro(hub):
    return Agent(hub, "taro")


def begin(agent):
    page = agent.page()
    page.press(page.buttons("pb-symptoms")[0])
    page.press(page.buttons("pb-answers")[0])
    assert len(page.facts) == 1
    return page


def test_two_agents_each_work_and_resume_their_own_cases(hanako, taro):
    for agent in (hanako, taro):
        page = begin(agent)
        case, facts = page.case, page.facts
        page.close()
        again = agent.page(case)
        assert again.facts == facts
        again.close()


def test_neither_can_see_or_resume_the_others_case(hanako, taro):
    page = begin(hanako)
    case = page.case
    page.close()
    thief = taro.page(case)
    assert thief.facts == []
    assert "見つかりません" in thief.kept
    thief.close()


def test_neither_can_enter_the_others_server(hanako, taro):
    status, page = taro.get("/user/hanako/")
    assert status in {403, 404}
    assert "data-kernel" not in page
    open_page = begin(hanako)
    with pytest.raises(websocket.WebSocketBadStatusException):
        open_page.connect(cookie="; ".join(f"{c.name}={c.value}" for c in taro.cookies))
    open_page.close()


def test_a_stranger_is_sent_to_the_log_in(hub, hanako):
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    with opener.open(f"{hub}/user/hanako/", timeout=60) as answer:
        assert "/hub/login" in answer.url
        assert "data-kernel" not in answer.read().decode()


def test_cases_belong_to_whom_the_hub_says_whatever_a_page_says(hanako, database):
    page = hanako.page()
    page.get("/?JUPYTERHUB_USER=taro", **{"JUPYTERHUB_USER": "taro", "X-Forwarded-User": "taro"})
    page.say({"JUPYTERHUB_USER": "taro", "agent": "taro", "owner": "taro"})
    page.press(page.buttons("pb-symptoms")[0])
    case = page.case
    page.close()
    with psycopg.connect(database) as connection:
        owner = connection.execute("SELECT owner FROM cases WHERE id = %s", [case]).fetchone()
    assert owner == ("hanako",)


def test_a_lead_may_read_an_agents_case_and_not_change_it(hub, hanako):
    page = begin(hanako)
    case, facts = page.case, page.facts
    page.close()
    lead = Agent(hub, "lead").page(case)
    assert lead.facts == facts
    assert "ほかの担当者" in lead.kept
    lead.press(lead.buttons("pb-answers")[0])
    lead.close()
    again = hanako.page(case)
    assert again.facts == facts
    again.close()


def test_a_server_that_ended_itself_starts_again_and_the_case_comes_back(hub, folder):
    jiro = Agent(hub, "jiro")
    page = begin(jiro)
    case, facts = page.case, page.facts
    server = psutil.Process(int((folder / "jiro.pid").read_text()))
    server.send_signal(signal.SIGUSR1)
    time.sleep(4)
    page.refresh()
    assert page.facts == facts, "it ended although a page was open"
    page.close()
    # Who asks for a page now would keep it.
    server.wait(60)
    for _ in range(60):
        _, told = jiro.get(f"/user/jiro/?case={case}")
        if "restarted automatically" in told:
            break
        time.sleep(0.5)
    # Where the page goes by itself; it leads back to the case.
    (start,) = re.findall(r'id="start"[^>]*href="([^"]*)"', told, re.DOTALL)
    assert case in start
    jiro.get(start.replace("&amp;", "&"))
    jiro.await_server()
    again = jiro.page(case)
    assert again.facts == facts
    again.close()


def test_code_sent_over_the_hubs_websocket_is_not_run(hanako, tmp_path):
    page, target = begin(hanako), tmp_path / "pwned"
    code = f"open({str(target)!r}, 'w')"
    page.socket.send(json.dumps(page.message("execute_request", {"code": code})))
    page.press(page.buttons("pb-answers")[0])
    assert len(page.facts) == 2
    assert not target.exists()
    page.close()
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", page.case)

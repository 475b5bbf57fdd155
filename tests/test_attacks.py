"""Attacks on the served pages; each is refused, and the pages go on working."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
import struct
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request

import pytest
import websocket
from serving import running_server
from wire import Wire

from playbook.server.access import HEADERS, check_access, may_pass
from playbook.server.pages import PAGES, edition, notebooks
from playbook.settings import SettingError

TOKEN = "a-token-nobody-guesses"
FILES = f"/playbook/{edition()}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("attacked")


@pytest.fixture(scope="module")
def database(folder):
    return f"sqlite:///{folder}/cases.sqlite3"


@pytest.fixture(scope="module")
def server(database):
    with running_server(PLAYBOOK_DATABASE=database, JUPYTERHUB_USER="hanako") as server:
        yield server


@pytest.fixture
def visitor(server):
    wire = Wire(server.address)
    yield wire
    wire.close()


def rows(folder, query):
    with sqlite3.connect(folder / "cases.sqlite3") as connection:
        return connection.execute(query).fetchall()


def begin(wire):
    wire.press(wire.buttons("pb-symptoms")[0])
    wire.press(wire.buttons("pb-answers")[0])
    assert len(wire.facts) == 1
    return wire.case


def still_works(wire):
    known = len(wire.facts)
    if not wire.case:
        wire.press(wire.buttons("pb-symptoms")[0])
    wire.press(wire.buttons("pb-answers")[0])
    return len(wire.facts) == known + 1


# ---- running code ------------------------------------------------------------------------------


def _code(target: Path) -> dict:
    return {
        "code": f"open({str(target)!r}, 'w').write('pwned')",
        "silent": False,
        "store_history": False,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": False,
    }


@pytest.mark.parametrize("channel", ["shell", "control", "stdin", "iopub"])
def test_code_sent_over_the_websocket_is_not_run(visitor, tmp_path, channel):
    target = tmp_path / "pwned"
    message = visitor.message("execute_request", _code(target), channel)
    visitor.socket.send(json.dumps(message))
    assert still_works(visitor)
    assert not target.exists()


def _packed(message: dict) -> bytes:
    """A message as the newer protocol frames it (v1.kernel.websocket.jupyter.org)."""
    names = ("header", "parent_header", "metadata", "content")
    parts = [b"shell", *(json.dumps(message[name]).encode() for name in names)]
    starts, at = [], 8 * (len(parts) + 2)
    for part in parts:
        starts.append(at)
        at += len(part)
    return struct.pack(f"<{len(parts) + 2}Q", len(parts) + 1, *starts, at) + b"".join(parts)


def test_the_newer_protocol_is_not_spoken_and_code_in_it_is_not_run(visitor, tmp_path):
    target = tmp_path / "pwned"
    with pytest.raises(websocket.WebSocketException):
        visitor.connect(subprotocols=["v1.kernel.websocket.jupyter.org"])
    visitor.connect()
    visitor.socket.send_binary(_packed(visitor.message("execute_request", _code(target))))
    assert still_works(visitor)
    assert not target.exists()


@pytest.mark.parametrize(
    ("type_", "content"),
    [
        ("inspect_request", {"code": "open", "cursor_pos": 4, "detail_level": 1}),
        ("complete_request", {"code": "import o", "cursor_pos": 8}),
        ("history_request", {"hist_access_type": "tail", "n": 10, "output": True, "raw": True}),
        ("debug_request", {"type": "request", "command": "initialize", "arguments": {}}),
        ("interrupt_request", {}),
        ("shutdown_request", {"restart": False}),
        ("is_complete_request", {"code": "1"}),
        ("create_subshell_request", {}),
        ("comm_open", {"comm_id": "x", "target_name": "jupyter.widget", "data": {}}),
    ],
)
def test_nothing_but_talk_to_widgets_reaches_the_kernel(visitor, type_, content):
    for channel in ("shell", "control"):
        sent = visitor.message(type_, content, channel)
        visitor.socket.send(json.dumps(sent))
        answered = []
        take = visitor._take
        visitor._take = lambda kind, told, take=take, seen=answered: (
            seen.append(kind),
            take(kind, told),
        )
        visitor.refresh()
        visitor._take = take
        assert type_.replace("request", "reply") not in answered
    assert still_works(visitor)


@pytest.mark.parametrize(
    "message",
    [
        "",
        "null",
        "[]",
        "{",
        "[" * 100_000,
        '{"channel": "shell"}',
        b"\x00\x01",
        '{"channel": "shell", "header": [], "content": {}}',
        '{"channel": "shell", "header": {"msg_type": ["comm_msg"]}, "content": {}}',
        '{"channel": "control", "header": {"msg_type": "comm_msg"}, "content": {}}',
    ],
)
def test_what_is_no_message_of_a_page_does_not_pass(message):
    assert not may_pass(message)


def test_nonsense_over_the_websocket_harms_nobody(visitor):
    for nonsense in ("", "null", "[]", "{", '{"channel": "shell"}', "[" * 10_000):
        visitor.socket.send(nonsense)
    visitor.socket.send_binary(b"\xff" * 100)
    assert still_works(visitor)


# ---- files, origins, names ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/voila/files/agent_dashboard.ipynb",
        "/voila/files/../playbook/settings.py",
        "/voila/static/main.js",
        "/voila/labextensions/",
        "/voila/tree",
        "/voila/render/agent_dashboard.ipynb",
        "/voila/query/00000000-0000-0000-0000-000000000000",
        "/voila/templates/playbook/../../../settings.py",
        "/voila/templates/playbook/static/main.js",
        "/playbook/../state.py",
        f"{FILES}/page/..%2f..%2findex.html.j2",
        f"{FILES}/page/../../index.html.j2",
        f"{FILES}/../state.py",
        f"{FILES}/..%2fstate.py",
        f"{FILES}//etc/passwd",
        f"{FILES}/%2e%2e/%2e%2e/settings.py",
        "/api/contents",
        "/api/contents/agent_dashboard.ipynb",
        "/api/kernels",
        "/api/sessions",
        "/api/terminals",
        "/files/agent_dashboard.ipynb",
        "/agent_dashboard.ipynb",
        "/etc/passwd",
    ],
)
def test_no_path_but_the_pages_and_their_parts_is_answered(server, path):
    # Not through urllib, which would tidy the path up.
    host, port = server.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode()
        )
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    status = int(answer.split()[1])
    assert status in {400, 403, 404}, answer[:200]
    assert b"Traceback" not in answer
    assert b"class " not in answer


def test_a_websocket_from_a_foreign_page_is_refused(visitor):
    with pytest.raises(websocket.WebSocketBadStatusException):
        visitor.connect(origin="http://evil.example")


def test_a_name_that_points_here_is_refused(visitor):
    status, _ = visitor.get("/", Host="evil.example")
    assert status == 403
    with pytest.raises(websocket.WebSocketBadStatusException):
        visitor.connect(host="evil.example", origin="http://evil.example")


def test_a_form_of_a_foreign_page_ends_no_kernel(server, visitor):
    url = f"{server.address}/voila/api/shutdown/{visitor.kernel}"
    assert visitor.ask(Request(url, data=b""))[0] == 403
    wrong = urlencode({"_xsrf": "wrong"}).encode()
    assert visitor.ask(Request(url, data=wrong))[0] == 403
    delete = Request(f"{server.address}/api/kernels/{visitor.kernel}", method="DELETE")
    assert visitor.ask(delete)[0] == 403
    assert still_works(visitor)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/bounce_desk",
        "/nowhere",
        f"{FILES}/page.css",
        f"{FILES}/page/main.js",
        "/api/kernels",
    ],
)
def test_every_answer_has_the_headers(visitor, path):
    try:
        headers = visitor.opener.open(visitor.address + path).headers
    except HTTPError as error:
        headers = error.headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS
    assert "Server" not in headers


def test_the_headers_allow_a_page_its_own_files_and_nothing_else():
    policy = dict(
        rule.strip().split(" ", 1) for rule in HEADERS["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert set(policy["script-src"].split()) == {"'self'", "blob:"}
    assert policy["style-src"] == policy["connect-src"] == policy["form-action"] == "'self'"
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    told = {"'self'", "'none'", "'unsafe-inline'", "blob:", "data:"}
    assert {source for rule in policy.values() for source in rule.split()} <= told
    assert HEADERS["X-Content-Type-Options"] == "nosniff"
    assert HEADERS["X-Frame-Options"] == "DENY"
    assert HEADERS["Referrer-Policy"] == "no-referrer"
    for name in ("Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"):
        assert HEADERS[name] == "same-origin"


def test_a_page_shows_no_source(visitor):
    for path, notebook in PAGES.items():
        source = (notebooks() / notebook).read_text(encoding="utf-8")
        lines = re.findall(r"(?:from|import) playbook[\w. ]*", source)
        _, page = visitor.get(path)
        assert lines
        assert not [line for line in lines if line.encode() in page]


def test_theme_and_template_cannot_be_chosen_from_outside(visitor):
    query = urlencode({"theme": '"><script>alert(1)</script>', "template": "lab"})
    status, page = visitor.get("/?" + query)
    assert status == 200
    assert b"alert(1)" not in page
    assert b"data-playbook" in page


# ---- sizes -------------------------------------------------------------------------------------


def test_fifty_megabytes_over_the_websocket_end_only_that_connection(server, visitor):
    case = begin(visitor)
    data = {"method": "update", "state": {"value": "x" * 50_000_000}}
    content = {"comm_id": visitor.find("pb-paste"), "data": data}
    with suppress(websocket.WebSocketException, OSError):
        visitor.socket.send(json.dumps(visitor.message("comm_msg", content)))
        while visitor.socket.recv():
            pass
    with pytest.raises((websocket.WebSocketException, OSError)):
        visitor.refresh()
    visitor.connect()
    visitor.refresh()
    assert len(visitor.facts) == 1
    assert still_works(visitor)
    other = Wire(server.address, case)
    assert len(other.facts) == 2
    other.close()


def test_fifty_megabytes_in_a_request_are_refused(server, visitor):
    url = f"{server.address}/voila/api/shutdown/{visitor.kernel}"
    with suppress(OSError):
        status, _ = visitor.ask(Request(url, data=b"x" * 50_000_000))
        # Not 403: it is not read to its end to find out that it has no right.
        assert status in {400, 413}
    assert still_works(visitor)


# ---- other people's cases ----------------------------------------------------------------------


def test_another_agents_case_is_not_shown(server, database, visitor):
    case = begin(visitor)
    with running_server(PLAYBOOK_DATABASE=database, JUPYTERHUB_USER="taro") as other:
        thief = Wire(other.address, case)
        assert thief.facts == []
        assert "見つかりません" in thief.kept
        assert len(thief.children(thief.find("pb-open-cases"))) == 0
        thief.say({"case": case, "draft": "x"})
        assert thief.facts == []
        thief.close()


FORGED = "admin"


@pytest.mark.parametrize("way", ["query", "header", "cookie", "message", "trait"])
def test_a_page_cannot_say_who_it_is(server, folder, way):
    wire = Wire(server.address)
    if way == "query":
        wire.get("/?JUPYTERHUB_USER=" + FORGED)
    elif way == "header":
        names = ("JUPYTERHUB-USER", "JUPYTERHUB_USER", "X-Forwarded-User", "Remote-User")
        wire.get("/", **dict.fromkeys(names, FORGED))
    elif way == "cookie":
        wire.get("/", Cookie=f"JUPYTERHUB_USER={FORGED}; user={FORGED}")
    elif way == "message":
        wire.say({"JUPYTERHUB_USER": FORGED, "agent": FORGED, "owner": FORGED, "case": ""})
    else:
        (voice,) = [id_ for id_, state in wire.models.items() if "waiting" in state]
        state = {"agent": FORGED, "owner": FORGED, "keeper": FORGED}
        wire.comm(voice, {"method": "update", "state": state})
    case = begin(wire)
    wire.close()
    assert rows(folder, f"SELECT owner FROM cases WHERE id = '{case}'") == [("hanako",)]
    assert rows(folder, "SELECT count(*) FROM cases WHERE owner != 'hanako'") == [(0,)]


SQL = ["'; DROP TABLE events; --", "' OR '1'='1' --", 'x" UNION SELECT owner FROM cases --']


@pytest.mark.parametrize("sql", SQL)
def test_sql_in_anything_a_page_says_is_only_text(server, folder, visitor, sql):
    begin(visitor)
    before = rows(folder, "SELECT count(*) FROM events")[0][0]
    visitor.type(sql)
    visitor.press(visitor.find("pb-read"))
    for said in ({"draft": sql}, {"note": sql}, {"language": sql}, {"retry": sql}):
        visitor.say(said)
    other = Wire(server.address, sql)
    assert "見つかりません" in other.kept
    other.close()
    visitor.note(sql)
    assert rows(folder, "SELECT says FROM events WHERE kind = 'noted'")[-1] == (sql,)
    assert len(visitor.facts) == 1
    assert rows(folder, "SELECT count(*) FROM events")[0][0] >= before
    assert still_works(visitor)


HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=1</script>'


def test_markup_in_anything_a_page_says_comes_back_escaped(visitor):
    begin(visitor)
    visitor.type(HOSTILE + "\n550 5.1.1 <x@example.jp>: User unknown " + HOSTILE)
    visitor.press(visitor.find("pb-read"))
    for said in ({"case": HOSTILE}, {"draft": HOSTILE}, {"note": HOSTILE}, {"language": HOSTILE}):
        visitor.say(said)
    visitor.note(HOSTILE)
    shown = [
        state["value"]
        for state in visitor.models.values()
        if state.get("_model_name") == "HTMLModel"
    ]
    assert any("&lt;script&gt;" in value for value in shown)
    assert not any("<script" in value or "<img" in value for value in shown)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"case": None},
        {"case": ["x"]},
        {"draft": {"a": 1}},
        {"note": ["x"]},
        {"language": 7},
        {"case": "\udc80"},
        {"case": "x" * 100_000},
    ],
)
def test_nonsense_from_the_page_is_borne(visitor, said):
    visitor.say(said)
    assert still_works(visitor)


def test_wrong_types_for_widgets_are_borne_and_not_logged(server, visitor):
    secret = f"secret-{uuid.uuid4().hex}@example.jp"
    visitor.comm(visitor.find("pb-paste"), {"method": "update", "state": {"value": {"x": secret}}})
    visitor.comm(visitor.find("pb-read"), {"method": "custom", "content": {"event": secret}})
    visitor.comm(visitor.find("pb-read"), {"method": secret})
    assert still_works(visitor)
    time.sleep(0.5)
    assert secret not in "".join(server.log)


def test_what_the_server_logs_itself_is_redacted():
    say = "lambda app: app.log.error('550 <taro@example.jp>: user unknown [192.0.2.1]')"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import playbook.server.pages as s; s.Pages.start = {say}; s.serve(port=0)",
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "550 [address]: user unknown [ip]" in done.stderr
    assert "taro" not in done.stderr


# ---- who comes in ------------------------------------------------------------------------------


@pytest.mark.parametrize("ip", ["0.0.0.0", "::", "192.0.2.1", "", "example.com"])
def test_an_address_others_can_reach_needs_a_token(ip):
    with pytest.raises(SettingError, match="setting_token_needed") as refused:
        check_access(ip, "")
    assert refused.value.values["ip"] == (ip or "*")
    check_access(ip, "x" * 16)


@pytest.mark.parametrize("ip", ["0.0.0.0", "127.0.0.1"])
@pytest.mark.parametrize("token", ["short", "x" * 15])
def test_a_token_that_can_be_guessed_is_refused_everywhere(ip, token):
    with pytest.raises(SettingError, match="setting_token_short"):
        check_access(ip, token)


@pytest.mark.parametrize("ip", ["127.0.0.1", "::1", "localhost", "127.8.9.1"])
def test_this_machine_needs_none(ip):
    check_access(ip, "")


def test_the_command_refuses_plainly():
    start = "from playbook.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", start, "serve", "--ip", "0.0.0.0", "--port", "0"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert "PLAYBOOK_TOKEN" in done.stderr
    assert "Traceback" not in done.stderr


def test_with_a_token_nothing_opens_without_it():
    with running_server(PLAYBOOK_TOKEN=TOKEN) as server:
        with pytest.raises(websocket.WebSocketBadStatusException):
            Wire(server.address)
        with pytest.raises(websocket.WebSocketBadStatusException):
            Wire(server.address, path="/?token=wrong")
        wire = Wire(server.address, path=f"/?token={TOKEN}")
        assert still_works(wire)
        stranger = websocket.WebSocket()
        url = f"ws://{wire.host}/api/kernels/{wire.kernel}/channels"
        with pytest.raises(websocket.WebSocketBadStatusException):
            stranger.connect(url, origin=server.address)
        wire.close()
        assert TOKEN not in "".join(server.log)

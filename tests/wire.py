"""A page without a browser: opens the address, talks over the websocket, keeps the widgets."""

from __future__ import annotations

import html
import json
import re
import threading
import time
import uuid
from contextlib import suppress
from http.cookiejar import Cookie, CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener

import websocket

TAGS = re.compile(r"<[^>]*>")
STATES = re.compile(r'<script type="application/vnd\.jupyter\.widget-state\+json">(.*?)</script>')
"""Of all widgets, where the page comes with them."""


class Wire:
    """One visitor. `wait` is how many seconds anything may take."""

    def __init__(
        self,
        address: str,
        case: str = "",
        *,
        path: str = "/",
        wait: float = 60,
        cookies: CookieJar | None = None,
    ) -> None:
        self.address, self.wait = address, wait
        self.cookies = CookieJar() if cookies is None else cookies
        self.opener = build_opener(HTTPCookieProcessor(self.cookies))
        self.models: dict[str, dict] = {}
        self.closed = False
        query = "?" + urlencode({"case": case}) if case else ""
        page = self.get(path + query)[1].decode()
        found = re.search(r'data-kernel="([0-9a-f-]+)"', page)
        self.kernel = found[1] if found else ""
        brought = STATES.search(page)
        if brought:
            states = json.loads(brought[1])["state"]
            self.models = {id_: each["state"] for id_, each in states.items()}
        self.connect()
        self.control = uuid.uuid4().hex
        content = {"comm_id": self.control, "target_name": "jupyter.widget.control", "data": {}}
        self.tell("comm_open", content, {"version": "1.0.0"})
        if not brought:
            self.refresh()
        self.say({"case": case})

    # ---- HTTP -----------------------------------------------------------------------------------

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Status and body of an answer."""
        return self.ask(Request(self.address + path, headers=headers))

    def ask(self, request: Request) -> tuple[int, bytes]:
        """Status and body of the answer to any request."""
        try:
            with self.opener.open(request, timeout=self.wait) as answer:
                return answer.status, answer.read()
        except HTTPError as error:
            return error.code, error.read()

    # ---- the websocket --------------------------------------------------------------------------

    def connect(self, **how: object) -> None:
        """Open the websocket of the kernel."""
        cookie = "; ".join(f"{each.name}={each.value}" for each in self.cookies)
        url = (
            self.address.replace("http", "ws", 1)
            + f"/api/kernels/{self.kernel}/channels?session_id=wire"
        )
        options = {"cookie": cookie, "origin": f"http://{self.host}", "timeout": self.wait, **how}
        self.socket = websocket.create_connection(url, **options)
        threading.Thread(target=self._stay, args=(self.socket,), daemon=True).start()

    def _stay(self, connection: websocket.WebSocket) -> None:
        """Say now and then that somebody is there, as a browser does while nobody listens."""
        with suppress(OSError, websocket.WebSocketException):
            while connection.connected:
                connection.pong()
                time.sleep(5)

    def message(self, type_: str, content: dict, channel: str = "shell", metadata=None) -> dict:
        """A message of Jupyter's."""
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": type_,
            "session": "wire",
            "username": "",
            "version": "5.4",
            "date": "2026-01-01T00:00:00Z",
        }
        return {
            "header": header,
            "parent_header": {},
            "metadata": metadata or {},
            "content": content,
            "channel": channel,
            "buffers": [],
        }

    def tell(self, type_: str, content: dict, metadata=None) -> None:
        """Send a message and take in what comes until the kernel is done with it."""
        message = self.message(type_, content, metadata=metadata)
        self.socket.send(json.dumps(message))
        self.until_idle(message["header"]["msg_id"])

    def until_idle(self, message_id: str) -> None:
        end = time.monotonic() + self.wait
        while True:
            self.socket.settimeout(max(0.001, end - time.monotonic()))
            told = self._receive()
            if told is None:
                continue
            parent = told["parent_header"].get("msg_id")
            state = told["content"].get("execution_state")
            if told["header"]["msg_type"] == "status" and state == "idle" and parent == message_id:
                return

    def _receive(self) -> dict | None:
        frame = self.socket.recv()
        if not frame:
            raise ConnectionError("the websocket is closed")
        if isinstance(frame, bytes):
            start, end = (int.from_bytes(frame[n : n + 4], "big") for n in (4, 8))
            frame = frame[start : end if int.from_bytes(frame[:4], "big") > 1 else None]
        told = json.loads(frame)
        self._take(told["header"]["msg_type"], told["content"])
        if told["content"].get("execution_state") in {"restarting", "dead"}:
            raise ConnectionError("the kernel has died")
        return told

    def _take(self, type_: str, content: dict) -> None:
        data = content.get("data", {})
        if type_ == "comm_open":
            self.models[content["comm_id"]] = data.get("state", {})
        elif type_ == "comm_msg" and data.get("method") == "update":
            self.models.setdefault(content["comm_id"], {}).update(data["state"])
        elif type_ == "comm_msg" and data.get("method") == "update_states":
            for id_, each in data["states"].items():
                self.models.setdefault(id_, {}).update(each["state"])

    def comm(self, model: str, data: dict) -> None:
        """Talk to a widget."""
        self.tell("comm_msg", {"comm_id": model, "data": data}, {"version": "2.1.0"})

    def refresh(self) -> None:
        """Ask for the states of all widgets."""
        self.comm(self.control, {"method": "request_states"})

    # ---- the widgets ----------------------------------------------------------------------------

    def find(self, class_: str) -> str:
        """The id of the widget with this class."""
        for id_, state in self.models.items():
            if class_ in state.get("_dom_classes", ()):
                return id_
        raise LookupError(class_)

    def children(self, model: str) -> list[str]:
        names = self.models[model].get("children", ())
        return [name.removeprefix("IPY_MODEL_") for name in names]

    def text(self, class_: str) -> str:
        """What a piece of prose says."""
        return html.unescape(TAGS.sub(" ", self.models[self.find(class_)]["value"])).strip()

    def say(self, content: dict) -> None:
        """What the page's script tells the kernel."""
        (voice,) = [id_ for id_, state in self.models.items() if "waiting" in state]
        self.comm(voice, {"method": "custom", "content": content})

    def press(self, model: str) -> None:
        self.comm(model, {"method": "custom", "content": {"event": "click"}})

    def buttons(self, class_: str) -> list[str]:
        """The first buttons of the lines of a list."""
        return [self.children(line)[1] for line in self.children(self.find(class_))]

    def type(self, words: str) -> None:
        """Fill the box for the bounce."""
        self.comm(self.find("pb-paste"), {"method": "update", "state": {"value": words}})

    def note(self, words: str) -> None:
        """Add a note to the case."""
        self.comm(self.find("pb-note"), {"method": "update", "state": {"value": words}})
        self.press(self.find("pb-jot"))

    @property
    def case(self) -> str:
        """The id of the case in the page's address; empty before it has one."""
        (voice,) = [state for state in self.models.values() if "waiting" in state]
        return voice["case"] if voice["begun"] else ""

    @property
    def facts(self) -> list[str]:
        """What the page says is known."""
        lines = self.children(self.find("pb-facts"))
        values = [self.models[self.children(line)[0]]["value"] for line in lines]
        return [html.unescape(TAGS.sub(" ", value)).strip() for value in values]

    @property
    def kept(self) -> str:
        """What the page says of how the case is kept."""
        return self.text("pb-kept")

    def close(self, *, leave: bool = True) -> None:
        """Leave the page, as a browser does: its kernel is ended."""
        if leave:
            self.shutdown()
        self.socket.close()

    def shutdown(self) -> int:
        """Ask for the kernel's end; the status of the answer."""
        token = next((each.value for each in self._mine() if each.name == "_xsrf"), "")
        body = urlencode({"_xsrf": token}).encode()
        url = f"{self.address}/voila/api/shutdown/{self.kernel}"
        return self.ask(Request(url, data=body))[0]

    def _mine(self) -> list[Cookie]:
        """The cookies of this address, the most particular first."""
        here = urlsplit(self.address).path + "/"
        fitting = [each for each in self.cookies if here.startswith(each.path)]
        return sorted(fitting, key=lambda each: -len(each.path))

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc

"""Who comes in, and what may be sent: the rules of the server, without the server.

A page needs very little: to open the one comm that asks for the widgets' states, and to talk to
widgets. Whatever else a websocket can carry (running code, inspecting, debugging, making widgets
the page does not have) is dropped.
"""

from __future__ import annotations

import ipaddress
import json

from tornado.httputil import HTTPHeaders
from tornado.web import OutputTransform

from playbook.settings import SettingError

LONGEST_MESSAGE = 8 * 2**20
"""Bytes of a message of a page; its longest text (500,000 characters) fits in any script."""

LARGEST_REQUEST = 2**16
"""Bytes of the body of a request; a page sends none but a form of one field."""

SHORTEST_TOKEN = 16

HEADERS = {
    # Modules of widgets are loaded from blobs, which only scripts can make. Bars get their length
    # by a style attribute; style elements stay forbidden.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self' blob:; style-src 'self'; "
        "style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""On every answer of the server."""


class Shielded(OutputTransform):
    """Puts `HEADERS` on an answer, whoever gives it."""

    def __init__(self, _request: object) -> None:
        pass

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        """The answer with the headers."""
        _ = finishing
        for name, value in HEADERS.items():
            headers[name] = value
        headers.pop("Server", None)
        return status_code, headers, chunk


def may_pass(message: str | bytes) -> bool:
    """The message is one a page sends: for a widget, or asking for the widgets' states."""
    if not isinstance(message, str):
        return False
    try:
        told = json.loads(message)
    except (ValueError, RecursionError):
        return False
    if not isinstance(told, dict) or told.get("channel") != "shell":
        return False
    header, content = told.get("header"), told.get("content")
    if not isinstance(header, dict) or not isinstance(content, dict):
        return False
    kind = header.get("msg_type")
    if kind == "comm_open":
        return content.get("target_name") == "jupyter.widget.control"
    return kind == "comm_msg"


def is_loopback(ip: str) -> bool:
    """Only this machine can reach the address."""
    if ip == "localhost":
        return True
    try:
        return ipaddress.ip_address(ip).is_loopback
    except ValueError:
        return False


def check_access(ip: str, token: str) -> None:
    """Refuse to open to others without a token.

    Raises:
        SettingError: when the address can be reached from outside and there is no token, or the
            token is short enough to be guessed.
    """
    if not token and not is_loopback(ip):
        raise SettingError("setting_token_needed", ip=ip or "*", least=str(SHORTEST_TOKEN))
    if 0 < len(token) < SHORTEST_TOKEN:
        raise SettingError("setting_token_short", least=str(SHORTEST_TOKEN))

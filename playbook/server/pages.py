"""The pages in Voilà: two named notebooks on one address, and nothing else.

There is no listing of files and no way to choose a template or theme from the address bar (Voilà
prints the theme into the page as it comes). Everything a page loads comes from this server.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import logging
import os
import shutil
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from jupyter_server.auth.identity import IdentityProvider
from jupyter_server.base.handlers import FileFindHandler
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.utils import url_path_join
from jupyterlab_server.themes_handler import ThemesHandler
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets
from tornado.web import HTTPError, RequestHandler, StaticFileHandler
from traitlets.config import Config
from voila.app import Voila
from voila.request_info_handler import RequestInfoSocketHandler
from voila.static_file_handler import (
    AllowListFileHandler,
    MultiStaticFileHandler,
    TemplateStaticFileHandler,
)
from voila.tornado.contentshandler import VoilaContentsHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.treehandler import TornadoVoilaTreeHandler

from playbook.caselog.database import engine_for
from playbook.errors import KnowledgeError
from playbook.loader import load_knowledge, remark, tell_faults
from playbook.redact import Redacting
from playbook.server.access import (
    LARGEST_REQUEST,
    LONGEST_MESSAGE,
    Shielded,
    check_access,
    may_pass,
)
from playbook.server.kernels import (
    CAN_FORK,
    FORKED,
    START_TIMEOUT,
    ForkedKernel,
    KernelsInTurn,
    PromptClient,
)
from playbook.server.purging import purge_daily
from playbook.settings import SettingError, settings

HERE = Path(__file__).parent
PACKAGE = HERE.parent
REPORT = "/bounce_report"
PAGES = {
    "/": "agent_dashboard.ipynb",
    "/bounce_desk": "bounce_desk.ipynb",
    REPORT: "bounce_report.ipynb",
}
"""The addresses and their notebooks."""

FOLDERS = {
    "": PACKAGE / "widgets" / "shared" / "static",
    "page/": HERE / "share/voila/templates/playbook/static",
}
"""Where the files lie that a page loads, by where they are in their addresses."""


def edition() -> str:
    """Names what the files of a page hold; it stands in their addresses."""
    files = (file for folder in FOLDERS.values() for file in sorted(folder.glob("*.*")))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


PREHEATED = {"agent_dashboard.ipynb": 2, "bounce_desk.ipynb": 1}
"""Kernels that wait for the next visitor, by notebook; a page with one opens a second sooner."""

TRIES = 3
"""Kernels tried for a visitor, when they die before they are used."""

ABANDONED_AFTER = 3600
"""Seconds after which a kernel no page is connected to is ended."""

LOOKED_FOR_EVERY = 300
"""Seconds between two looks for such kernels."""


def notebooks() -> Path:
    """The folder of the notebooks: inside an installed package, beside it in a checkout."""
    inside = PACKAGE / "notebooks"
    return inside if inside.is_dir() else PACKAGE.parent / "notebooks"


def serve(
    *,
    ip: str = "127.0.0.1",
    port: int = 8866,
    base_url: str = "/",
    visitors: type[IdentityProvider] | None = None,
) -> None:
    """Serve the pages until interrupted; prints the address once it answers.

    `port` 0 takes a free one; a port already taken makes Voilà try its neighbours, which is told.
    `base_url` is the path below which the pages lie when another server passes requests on;
    `visitors` says who may come in, by default whoever has the token, if there is one.

    Raises:
        SettingError: when others could reach the server and no token is set, it cannot listen where
            it should, or `PLAYBOOK_DATABASE` is no database.
        KnowledgeError: when there is no such folder as `PLAYBOOK_KNOWLEDGE` names.
    """
    given = settings()
    token = given.token
    if given.knowledge is not None and not given.knowledge.is_dir():
        load_knowledge()  # raises, with what is to be done
    if given.database is not None and not given.demo:
        engine_for(given.database)
    if visitors is None:
        check_access(ip, token)
    port = _port(ip, port)
    # Kernels need not know it.
    os.environ.pop("PLAYBOOK_TOKEN", None)
    # They link the pages; nothing leads to the report of no batch.
    linked = (path for path in PAGES if path != REPORT or given.batch)
    os.environ["PLAYBOOK_PAGES"] = " ".join(linked)
    # Voilà looks for templates below Jupyter's data folders only; ours ships inside the package.
    share = str(HERE / "share")
    os.environ["JUPYTER_PATH"] = os.pathsep.join(
        filter(None, (share, os.environ.get("JUPYTER_PATH")))
    )
    config = _config(ip, port, url_path_join("/", base_url, "/"), token)
    if CAN_FORK:
        ForkedKernel.zygote.start()
        config.KernelProvisionerFactory.default_provisioner_name = FORKED
    else:
        _check_knowledge()
    if visitors is not None:
        config.Voila.identity_provider_class = visitors
    app = Pages(config=config)
    # A hub starts another server for the agent who comes back: an abandoned one need not wait.
    app.leaves = app.leaves or visitors is not None
    app.initialize([])
    # Jupyter has every remark made, and hides those of a lower level afterwards.
    app.log.setLevel(app.log_level)
    _redact_logs(app.log)
    app.start()


def _check_knowledge() -> None:
    """What the process that kernels are forked from does where there is one."""
    try:
        load_knowledge()
    except KnowledgeError as error:
        tell_faults(error)


def _port(ip: str, port: int) -> int:
    """The port, or a free one for 0.

    Raises:
        SettingError: when this machine has no such address, or does not let us listen on the port.
    """
    try:
        probes = bind_sockets(port, ip)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return port
        says = error.strerror or str(error)
        raise SettingError("setting_address", ip=ip, port=str(port), says=says) from error
    port = int(probes[0].getsockname()[1])
    for probe in probes:
        probe.close()
    return port


def _redact_logs(log: Any) -> None:
    names = ("asyncio", "tornado.application", "tornado.general")
    for logger in (log, *map(logging.getLogger, names)):
        logger.addFilter(Redacting())


def _config(ip: str, port: int, base_url: str, token: str) -> Config:
    pools: Mapping[str, Any] = {name: {"pool_size": size} for name, size in PREHEATED.items()}
    return Config(
        Voila={
            "ip": ip,
            "port": port,
            "base_url": base_url,
            "open_browser": False,
            "root_dir": str(notebooks()),
            "config_file_paths": [],
            "log_level": "ERROR",
            "kernel_websocket_connection_class": PromptConnection,
            # Tornado wants the time-out no longer than the interval; jupyter_server asks for more.
            "tornado_settings": {
                "ws_ping_timeout": 30_000,
                "websocket_max_message_size": LONGEST_MESSAGE,
                # Without a token, a foreign page must not reach us by a name that points here;
                # behind another server names are its business.
                "allow_remote_access": bool(token) or base_url != "/",
            },
            "token": token,
        },
        # A page has nothing to be made ready for print or the web; making ready for it takes time.
        VoilaExporter={"default_preprocessors": []},
        # Sockets of the file system keep the kernels' traffic off the network; elsewhere their
        # paths are too long or do not exist.
        KernelManager={
            "transport": "ipc" if sys.platform == "linux" else "tcp",
            "client_factory": PromptClient,
        },
        VoilaConfiguration={
            "template": "playbook",
            "allow_template_override": "NO",
            "allow_theme_override": "NO",
            "preheat_kernel": True,
            "resources": {"edition": edition(), "follows": settings().demo},
            "strip_sources": True,
            "show_tracebacks": False,
            "multi_kernel_manager_class": KernelsInTurn,
        },
        VoilaKernelManager={
            # `KernelsInTurn` knows better when.
            "fill_delay": 0,
            "kernel_pools_config": {"default": {"pool_size": 0}, **pools},
            "cull_idle_timeout": ABANDONED_AFTER,
            "cull_interval": LOOKED_FOR_EVERY,
        },
        # A page is told within a second that its kernel has died.
        KernelRestarter={"time_to_dead": 1.0},
        # The older form of the protocol, the one whose messages `may_pass` can read.
        PromptConnection={"kernel_ws_protocol": ""},
        VoilaExecutor={"timeout": START_TIMEOUT},
    )


_NOT_OURS = (
    AllowListFileHandler,
    FileFindHandler,
    MultiStaticFileHandler,
    RequestInfoSocketHandler,
    TemplateStaticFileHandler,
    ThemesHandler,
    TornadoVoilaHandler,
    TornadoVoilaTreeHandler,
    VoilaContentsHandler,
)
"""What Voilà adds for folders, where every visitor could list and open what lies in them; for the
JupyterLab front end, which our template does without; and for kernels that ask for the query string
of their page, which names a case."""


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Sends small messages at once; waiting to fill a packet costs 40 ms a click (Nagle).

    Of what comes in it lets pass only what a page sends.
    """

    def handle_incoming_message(self, incoming_msg: str) -> None:
        """Give a message to the kernel, or drop it."""
        if may_pass(incoming_msg):
            super().handle_incoming_message(incoming_msg)
        else:
            self.log.error("dropped a message no page sends")

    def connect(self) -> Any:
        """Connect to the kernel."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()


class Page(TornadoVoilaHandler):  # type: ignore[misc]
    """One notebook as a page."""

    async def get(self, path: str | None = None) -> None:
        """Answer with the page, and with the cookie it needs to end its kernel when it is left."""
        _ = self.xsrf_token
        for _ in range(TRIES):
            try:
                with self.kernel_manager.visit():
                    await super().get(path)
            except (RuntimeError, KeyError):
                # The kernel that waited for this visitor has died; nothing was sent yet.
                if self._headers_written:
                    raise
            else:
                return
        raise HTTPError(503)


class Lasting(StaticFileHandler):
    """A file whose address names what it holds: a browser asks for it once."""

    def set_extra_headers(self, path: str) -> None:
        """Say so."""
        _ = path
        self.set_header("Cache-Control", "max-age=31536000, immutable")


class Elsewhere(RequestHandler):
    """Any other address: names those that there are, in no language."""

    def initialize(self, home: str) -> None:
        """`home` is the path below which the pages lie."""
        self._pages = [url_path_join(home, path) for path in PAGES]

    def prepare(self) -> None:
        """Answer, whatever is asked."""
        self.set_status(404)
        links = "".join(f'<li><a href="{page}">{page}</a>' for page in self._pages)
        self.finish(f"<!doctype html><title>404</title><h1>404</h1><ul>{links}</ul>")


class Pages(Voila):  # type: ignore[misc]
    """Voilà with the pages of `PAGES` as its only addresses."""

    leaves = False
    """It ends itself when no page was connected to it for `ABANDONED_AFTER`."""

    def init_handlers(self) -> list[Any]:
        """Voilà's handlers without those of `_NOT_OURS`, and ours."""
        kept = [each for each in super().init_handlers() if each[1] not in _NOT_OURS]
        pages = [
            (url_path_join(self.server_url, path), Page, self._page(notebook))
            for path, notebook in PAGES.items()
        ]
        files = url_path_join(self.server_url, "playbook", edition())
        static = [
            (rf"{files}/{path}([\w.]+)", Lasting, {"path": str(folder)})
            for path, folder in FOLDERS.items()
        ]
        elsewhere = (url_path_join(self.server_url, ".*"), Elsewhere, {"home": self.server_url})
        return [*kept, *static, *pages, elsewhere]

    def _page(self, notebook: str) -> dict[str, Any]:
        return {
            "notebook_path": notebook,
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
        }

    def listen(self) -> None:
        """Listen, and print the address once the loop runs."""
        IOLoop.current().add_callback(self._announce, self.port)
        self.app.transforms.append(Shielded)
        limits = {"max_body_size": LARGEST_REQUEST, "max_buffer_size": LONGEST_MESSAGE}
        self.app.listen = partial(self.app.listen, **limits)
        super().listen()

    def stop(self) -> None:
        """End the kernels, in the loop they live in; those that just start write to the folder.

        They are killed: what a page was told is written, and one that is at work complains when it
        is asked to end.
        """
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        # One that came twice, Ctrl-C or `timeout`, has asked the loop to stop once more.
        with suppress(RuntimeError):
            self.ioloop.run_sync(partial(asyncio.sleep, 0))
        self.ioloop.run_sync(partial(self.kernel_manager.shutdown_all, now=True))
        shutil.rmtree(self.connection_dir, ignore_errors=True)

    def _url(self, ip: str) -> str:
        """An address of the server; an IPv6 one stands in brackets (RFC 3986)."""
        return str(super()._url(f"[{ip}]" if ":" in ip else ip))

    def _announce(self, asked: int) -> None:
        if self.port != asked:
            self.log.error(remark("port_taken", port=str(asked), other=str(self.port)))
        for path in PAGES:
            print(url_path_join(self.connection_url, path), flush=True)  # noqa: T201
        self._chores = [asyncio.ensure_future(purge_daily(self.log))]
        if self.leaves:
            self._chores.append(asyncio.ensure_future(self._leave_when_abandoned()))

    async def _leave_when_abandoned(self) -> None:
        visited = time.monotonic()
        while time.monotonic() - visited < ABANDONED_AFTER:
            await asyncio.sleep(LOOKED_FOR_EVERY)
            visited = max(visited, self.kernel_manager.visited_at)
        self.ioloop.stop()

"""Commands that open the pages: `serve` for a person, `hub` for JupyterHub."""

from __future__ import annotations

import click

from playbook.cli.words import command


@command()
@click.option("--port", type=click.IntRange(0, 65535), default=8866, show_default=True)
@click.option("--ip", metavar="ADDRESS", default="127.0.0.1", show_default=True)
@click.option("--base-url", metavar="PATH", default="/", show_default=True)
def serve(port: int, ip: str, base_url: str) -> None:
    """Open the agent dashboard and the bounce desk in Voilà."""
    from playbook.server.pages import serve as serve_pages

    serve_pages(ip=ip, port=port, base_url=base_url)


@command(hidden=True)
def hub() -> None:
    """Open the pages as the server of one agent; JupyterHub starts this."""
    from playbook.server.hub import HubVisitors, place
    from playbook.server.pages import serve as serve_pages

    ip, port, base_url = place()
    serve_pages(ip=ip, port=port, base_url=base_url, visitors=HubVisitors)

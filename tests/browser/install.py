"""Make sure there is a Chromium for the browser tests: one on the machine, else install one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The browser to use: `PLAYBOOK_CHROMIUM`, one on the PATH, or Playwright's own."""
    named = os.environ.get("PLAYBOOK_CHROMIUM")
    if named:
        return named
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def main() -> int:
    """Install a browser where none is found; tell what is used."""
    if find_chromium() is None:
        if os.geteuid() == 0 and shutil.which("apt-get"):
            subprocess.run(["apt-get", "update", "-qq"], check=False)
            packages = ["chromium", "fonts-noto-cjk"]
            subprocess.run(["apt-get", "install", "-y", "-qq", *packages], check=False)
        if find_chromium() is None:
            subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)
    print(f"browser for the tests: {find_chromium()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Environments with nothing in them yet: what someone has who installs the playbook anew."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from ast import literal_eval
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
UV = Path(sys.executable).with_name("uv")
NEWER = [f"python3.{minor}" for minor in range(sys.version_info.minor + 1, 20)]
BARE = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
"""Variables that would let this environment shine through."""


def run(command: list[str | Path], **how: object) -> str:
    """What a command prints; what it said to both channels where it fails."""
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, **how)
    if done.returncode:
        raise AssertionError(f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout


@cache
def interpreters() -> tuple[str, ...]:
    """This interpreter, and the newest other one of this machine that the package allows."""
    pyenv = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    found = [*pyenv.glob("versions/3.*/bin/python"), *map(shutil.which, NEWER)]
    newer = {}
    for each in filter(None, found):
        # One built without these libraries is no place to install anything into.
        code = "import ssl, sqlite3, lzma, sys; print(sys.version_info[:2])"
        done = subprocess.run([each, "-c", code], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            newer[literal_eval(done.stdout)] = str(each)
    better = sorted(version for version in newer if version > sys.version_info[:2])
    return (sys.executable, *(newer[version] for version in better[-1:]))


def environment(folder: Path, *what: str, python: str = sys.executable) -> Path:
    """The programs of a new environment with these requirements, in the versions of the lock."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = folder.with_suffix(".txt")
    pinned.write_text("\n".join(re.findall(r"^[\w.-]+==[^\\\n]+", lock, re.MULTILINE)))
    run([UV, "venv", "--quiet", "--no-config", "--python", python, folder])
    run([UV, "pip", "install", "--quiet", "--no-config", "--python", folder / "bin/python",
         "--constraint", pinned, *what])  # fmt: skip
    return folder / "bin"


def surroundings(programs: Path, home: Path, **more: str) -> dict[str, str]:
    """The variables of someone whose only Python is that of `programs` and who is new here."""
    kept = {name: value for name, value in os.environ.items() if name not in BARE}
    kept |= {"PATH": f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin", "HOME": str(home)}
    return {
        name: value
        for name, value in (kept | more).items()
        if not name.startswith(("XDG_", "JUPYTER")) and (name in more or "PLAYBOOK" not in name)
    }

"""Run in a mount namespace of its own: fills a real file system of 512 KB below the case log.

Prints what was confirmed and what the log holds, as JSON.
"""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from pathlib import Path

from playbook.caselog import Event, LogUnavailableError, new_case, open_case_log
from playbook.settings import Settings


def main(folder: Path) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", folder], check=True)
    log, case = open_case_log(Settings(database=f"sqlite:///{folder}/cases.sqlite3")), new_case()
    log.append(case, Event("started"), knowledge="k")
    filler, full = folder / "filler", None
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 1024)
        except OSError as error:
            full = errno.errorcode[error.errno]
    confirmed, refused = [], []

    def note(number: int) -> None:
        try:
            log.append(case, Event("noted", says=f"{number} " + "x" * 2000), knowledge="k")
            confirmed.append(str(number))
        except LogUnavailableError as error:
            refused.append(str(error))

    for number in range(200):
        note(number)
    while_full = [entry.event.says.split()[0] for entry in log.entries(case)[1:]]
    filler.unlink()
    before = len(confirmed)
    note(200)
    stored = [entry.event.says.split()[0] for entry in log.entries(case)[1:]]
    told = {
        "full": full,
        "refused": len(refused),
        "message": refused[-1:],
        "kept_while_full": while_full == confirmed[:before],
        "went_on": confirmed[-1] == "200",
        "kept": stored == confirmed,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Reads bounces that a coverage-guided fuzzer makes up: no exception, spans always true.

    pip install atheris
    tests/fuzz/guided_bounces.py -max_total_time=600 [FOLDER WITH SEEDS]

atheris is no dependency of the project: it is built for few platforms.
"""

from __future__ import annotations

import sys

import atheris  # type: ignore[import-not-found,unused-ignore]

with atheris.instrument_imports(include=["playbook.bounce"]):
    from fuzz_bounces import fault

    from playbook.bounce import Reader
    from playbook.loader import load_knowledge

READER = Reader(load_knowledge())


def read(data: bytes) -> None:
    """Read the same input as bytes and as pasted text."""
    for given in (data, data.decode("utf-8", "surrogateescape")):
        if wrong := fault(READER.read(given)):
            raise AssertionError(wrong)


if __name__ == "__main__":
    atheris.Setup(sys.argv, read)
    atheris.Fuzz()

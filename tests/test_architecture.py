"""The house keeps its promises: engines without Jupyter, labels that exist, files that agree."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from playbook.loader import load_knowledge

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "playbook"


def test_engines_load_no_jupyter_module():
    code = (
        "import sys, playbook.diagnosis, playbook.bounce, playbook.loader, playbook.checkup;"
        "bad = {m.partition('.')[0] for m in sys.modules} & "
        "{'IPython', 'ipywidgets', 'ipykernel', 'jupyter_server', 'voila', 'tornado', 'traitlets'};"
        "print(sorted(bad))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_module_is_named_like_one_of_the_standard_library():
    names = {path.stem for path in PACKAGE.rglob("*.py")} - {"__init__"}
    assert sorted(names & sys.stdlib_module_names) == []


def _labels_asked_for() -> dict[str, str]:
    """Label ids written in code as the first argument of a call of `say`."""
    asked = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = (
                    node.func.attr
                    if isinstance(node.func, ast.Attribute)
                    else getattr(node.func, "id", "")
                )
                first = node.args[0]
                if (
                    name == "say"
                    and isinstance(first, ast.Constant)
                    and isinstance(first.value, str)
                ):
                    asked[first.value] = f"{path.name}:{node.lineno}"
    return asked


def test_every_label_the_code_asks_for_exists():
    labels = load_knowledge().labels
    asked = _labels_asked_for()
    assert asked
    assert {label: where for label, where in asked.items() if label not in labels} == {}


JAPANESE_SENTENCE = re.compile(r"[\u3041-\u3096]{2}.*(?:。|です|ます|ください)", re.DOTALL)
SPEAKS_TO_EDITORS = {"loader", "checkup"}
"""Their Japanese sentences are fault messages for the editors of the knowledge."""


def test_code_holds_no_customer_facing_text():
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        if path.relative_to(PACKAGE).parts[0] not in SPEAKS_TO_EDITORS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and JAPANESE_SENTENCE.search(node.value)
    ]
    assert found == []


HALF_WIDTH = re.compile(
    "[\u3041-\u30ff\u4e00-\u9fff」）][,.?!:;()]|[,?!;()][\u3041-\u30ff\u4e00-\u9fff]"
)

QUOTED = re.compile("「[^」]*」")
"""What an editor has to write, as it is written."""


def test_japanese_sentences_in_code_use_full_width_punctuation():
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.value}"
        for folder in (*SPEAKS_TO_EDITORS, "cli")
        for path in (PACKAGE / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and HALF_WIDTH.search(QUOTED.sub("", node.value))
    ]
    assert found == []


def _bounds(requirements: list[str]) -> dict[str, str]:
    return dict(re.match(r"([\w.-]+(?:\[\w+\])?)\s*(.*)", line).groups() for line in requirements)


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _conda(path: str) -> dict[str, str]:
    environment = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))
    names = [line for line in environment["dependencies"] if isinstance(line, str)]
    (pip,) = [line["pip"] for line in environment["dependencies"] if isinstance(line, dict)]
    return _bounds([*names, *(line for line in pip if not line.startswith("-"))])


def test_environment_yml_names_what_pyproject_names(project):
    wanted = _bounds([*project["dependencies"], *project["optional-dependencies"]["dev"]])
    conda = _conda("environment.yml")
    assert conda.pop("python") == project["requires-python"]
    assert conda.pop("pip") == ""
    assert conda == wanted


def test_the_binder_environment_names_what_pyproject_names(project):
    conda = _conda("binder/environment.yml")
    assert conda.pop("python").lstrip("=") in {"3.11", "3.12", "3.13"}
    assert conda.pop("pip") == ""
    assert conda == _bounds([*project["dependencies"], *project["optional-dependencies"]["demo"]])


def _imported(folder: Path) -> set[str]:
    """The distributions whose modules the code in a folder imports."""
    homes = packages_distributions()
    found = set()
    for path in folder.rglob("*.py"):
        if path.is_relative_to(WITH_PEERS):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [each.name for each in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            else:
                continue
            found |= {
                canonicalize_name(home) for n in names for home in homes.get(n.split(".")[0], ())
            }
    return found - {"mail-playbook"}


WITH_PEERS = ROOT / "tests" / "bench" / "forms"
"""The same page made with others, which only their own target installs."""

COMES_WITH = {"pydantic-core": "pydantic"}
"""Pinned by another to one version: named with it."""

OPENED_NOT_IMPORTED = {"jupyterlab"}
"""It opens the notebooks."""


def _named(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in requirements}


def test_what_is_imported_is_named_and_what_is_named_is_imported(project):
    extras = project["optional-dependencies"]
    always = _named(project["dependencies"])
    some = {name for extra in ("batch", "hub") for name in _named(extras[extra])}
    imported = {COMES_WITH.get(name, name) for name in _imported(PACKAGE)}
    assert imported - always - some == set()
    assert always - imported == OPENED_NOT_IMPORTED
    assert _imported(ROOT / "tests") - always - _named(extras["dev"]) == set()


def test_the_lock_pins_every_dependency_within_its_bound(project):
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", lock, re.MULTILINE):
        pinned.setdefault(canonicalize_name(name), set()).add(version)
    for line in (*project["dependencies"], *project["optional-dependencies"]["dev"]):
        wanted = Requirement(line)
        versions = pinned.get(canonicalize_name(wanted.name))
        assert versions, f"{wanted.name} is not in the lock"
        assert all(wanted.specifier.contains(version) for version in versions)
    assert "--hash=sha256:" in lock


def test_the_lock_names_no_index_and_no_host():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"https?://|--(?:extra-)?index-url|--find-links", lock)

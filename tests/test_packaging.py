"""A release: what is in it, and that it works where there is nothing else."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tomllib
import urllib.request
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
import yaml
from fresh import ROOT, environment, interpreters, run, surroundings
from invented_mails import ENGLISH


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """The sdist and the wheel built from it, as `python -m build` makes them."""
    folder = tmp_path_factory.mktemp("release")
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT])
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return wheel, sdist


@pytest.fixture(scope="module")
def wheel(release):
    with zipfile.ZipFile(release[0]) as opened:
        yield opened


@pytest.fixture(scope="module")
def metadata(wheel):
    (name,) = [each for each in wheel.namelist() if each.endswith(".dist-info/METADATA")]
    return Parser().parsestr(wheel.read(name).decode())


def tracked(*folders):
    listed = run(["git", "-C", ROOT, "ls-files", *folders])
    return {each for each in listed.splitlines() if (ROOT / each).is_file()}


def test_the_release_passes_the_check_of_the_package_index(release):
    run([sys.executable, "-m", "twine", "check", "--strict", *release])


def test_the_wheel_holds_every_file_of_the_package_and_the_notebooks(wheel):
    notebooks = {f"playbook/{each}" for each in tracked("notebooks")}
    held = {each for each in wheel.namelist() if ".dist-info/" not in each}
    assert held == tracked("playbook") | notebooks
    assert any(each.startswith("playbook/server/share/voila/") for each in held)


def test_the_sdist_holds_what_is_needed_to_test_and_to_deploy(release):
    with tarfile.open(release[1]) as opened:
        held = {name.partition("/")[2] for name in opened.getnames()}
    assert tracked("playbook", "notebooks", "tests", "binder", "deploy", "docs") <= held
    assert {"README.md", "README.ja.md", "LICENSE", "CITATION.cff", "Makefile"} <= held


def test_the_wheel_says_its_licence_languages_pythons_and_extras(metadata, wheel):
    assert metadata["License-Expression"] == "BSD-3-Clause"
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in wheel.namelist())
    assert {"batch", "demo", "dev", "hub", "postgres"} == set(metadata.get_all("Provides-Extra"))
    classifiers = metadata.get_all("Classifier")
    assert {"Natural Language :: Japanese", "Natural Language :: English"} <= set(classifiers)
    for python in interpreters():
        code = "import sys; print('%d.%d' % sys.version_info[:2])"
        version = run([python, "-c", code]).strip()
        assert f"Programming Language :: Python :: {version}" in classifiers


def test_the_citation_agrees_with_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "abstract"} <= set(citation)
    assert citation["version"] == project["version"]
    assert citation["license"] == project["license"]
    assert citation["keywords"] == project["keywords"]


@pytest.mark.parametrize("python", interpreters())
def test_the_wheel_alone_checks_reads_and_serves(release, python, tmp_path):
    programs = environment(tmp_path / "new", str(release[0]), python=python)
    env = surroundings(programs, tmp_path)
    playbook = programs / "playbook"
    code = "import playbook; print(playbook.__file__)"
    where = run([programs / "python", "-c", code], env=env, cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(tmp_path)

    serve = [playbook, "serve", "--port", "0"]
    with subprocess.Popen(
        serve, env=env, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        try:
            assert "✗" not in run([playbook, "check"], env=env, cwd=tmp_path)
            read = run([playbook, "read", "-"], input=ENGLISH, env=env, cwd=tmp_path)
            assert "[user_unknown]" in read
            address = next(line for line in server.stdout if line.startswith("http")).strip()
            for page in ("", "bounce_desk"):
                with urllib.request.urlopen(address + page, timeout=60) as answer:
                    assert "data-widget" in answer.read().decode()
        finally:
            server.terminate()

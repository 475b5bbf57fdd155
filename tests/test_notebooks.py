"""The notebooks are doors: a few lines that open a page of the package. nbval runs their cells."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))
CHECKED = "# NBVAL_CHECK_OUTPUT"


def cells(path):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def test_the_notebooks_of_agents_trainers_and_leads_are_here():
    names = {path.stem for path in NOTEBOOKS}
    assert names >= {
        "agent_dashboard", "bounce_desk", "bounce_report", "trainer_walkthrough",
        "knowledge_editing", "case_review",
    }  # fmt: skip


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_defines_nothing_and_imports_pages_only(path):
    for cell in cells(path):
        tree = ast.parse(cell.source)
        kinds = {type(node) for node in ast.walk(tree)}
        assert not kinds & {ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.If}
        for node in ast.walk(tree):
            assert not isinstance(node, ast.Import)
            if isinstance(node, ast.ImportFrom):
                assert node.module.startswith("playbook.widgets")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_cell_has_its_output_exactly_where_the_output_is_checked(path):
    for cell in cells(path):
        assert bool(cell.outputs) is cell.source.startswith(CHECKED)


def test_the_trainer_notebook_checks_what_each_case_ends_in():
    (path,) = [each for each in NOTEBOOKS if each.stem == "trainer_walkthrough"]
    checked = [cell.source for cell in cells(path) if cell.source.startswith(CHECKED)]
    assert sum("verdict()" in source for source in checked) == 3

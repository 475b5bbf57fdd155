# The two commands: `make dashboard` opens the playbook, `make test` proves it. Both set up `.venv`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
PORT   ?= 8866

.DEFAULT_GOAL := help
.PHONY: help setup dashboard test lint browser lock screenshots bench-bounces fuzz clean

help:  ## Show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup: $(READY)  ## Make .venv with the locked dependencies and this package

# A half-made or foreign .venv (moved folder, other Python) is made anew; pip takes only hashed files.
$(READY): requirements.lock pyproject.toml Makefile
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3"; exit 1; }
	@$(BIN)/python -c 'import sys, pathlib; sys.exit(pathlib.Path(sys.prefix).resolve() != pathlib.Path("$(VENV)").resolve())' 2>/dev/null \
	  && $(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

dashboard: setup  ## Open the agent dashboard in Voilà on 127.0.0.1
	$(BIN)/playbook serve --port $(PORT)

test: lint browser  ## Set up, then run everything: style, types, contracts, knowledge, units, notebooks, browser
	$(BIN)/playbook check
	$(BIN)/python -m pytest tests
	$(BIN)/python -m pytest --nbval notebooks -p no:randomly

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

browser: setup
	$(BIN)/python tests/browser/install.py

lock: setup  ## Resolve requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes \
	  --no-emit-index-url --no-header --upgrade pyproject.toml -o requirements.lock

clean:  ## Remove the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

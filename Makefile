# The two commands: `make dashboard` opens the playbook, `make test` proves it. Both set up `.venv`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
PORT   ?= 8866

.DEFAULT_GOAL := help
.PHONY: arrivals faults load help setup dashboard test lint browser lock notebooks screenshots docs bench bench-bounces bench-batch bench-page bench-privacy fuzz clean

help:  ## Show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

# A .venv that is half made, broken or was moved here with its folder is made anew.
setup:  ## Make .venv with the locked dependencies and this package
	@grep -qsF '$(CURDIR)/$(VENV)/' $(BIN)/playbook && $(BIN)/python -c 'import playbook' 2>/dev/null || rm -f $(READY)
	@$(MAKE) -s --no-print-directory $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name one with PYTHON=..."; exit 1; }
	@grep -qsF '$(CURDIR)/$(VENV)/' $(BIN)/pip && $(BIN)/python -m pip --version >/dev/null 2>&1 \
	  || $(PYTHON) -m venv --clear $(VENV)
	@echo "Setting up $(VENV): about a minute, and only when something changed."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

dashboard: setup  ## Open the agent dashboard in Voilà on 127.0.0.1
	$(BIN)/playbook serve --port $(PORT)

test: lint browser  ## Set up, then run everything: style, types, contracts, knowledge, units, notebooks, browser
	$(BIN)/playbook check
	$(BIN)/python -m pytest tests --ignore=tests/browser --numprocesses=auto --dist=loadfile
	$(BIN)/python -m pytest tests/browser
	$(BIN)/python -m pytest -p no:randomly --nbval-lax notebooks

lint: setup  ## Style, types, contracts, spelling and dead code only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell
	$(BIN)/vulture

browser: setup  ## Set up the Chromium of the tests
	$(BIN)/python tests/browser/install.py

lock: setup  ## Resolve requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes \
	  --no-emit-index-url --no-header --upgrade pyproject.toml -o requirements.lock

notebooks: setup  ## Run the walkthrough anew and keep the outputs that tests compare
	$(BIN)/jupyter nbconvert --to notebook --execute --inplace notebooks/trainer_walkthrough.ipynb
	$(BIN)/nbstripout --keep-count --extra-keys metadata.language_info.version notebooks/*.ipynb

screenshots: browser  ## Take the pictures of the README anew
	PYTHONPATH=tests $(BIN)/python tests/browser/screenshots.py docs/screenshots

docs: setup  ## Draw the pictures of the documentation, render the docstrings into build/docs
	$(BIN)/python docs/pictures.py docs
	$(BIN)/python docs/render.py build/docs

# The peers of bounces are installed with `dev`, those of pages by the target itself.
bench: bench-bounces bench-page  ## Everything measured beside others: bounces, pages, questions (half an hour)
	$(BIN)/playbook simulate --policy all --noise none
	$(BIN)/playbook simulate --policy all
	$(BIN)/python tests/bench/troubleshooting.py

CORPUS ?= ../shared/corpus
bench-privacy: setup  ## Store and log the bounces of CORPUS; nothing personal may stand in the bytes
	$(BIN)/python tests/privacy_over_corpus.py $(CORPUS)

load: setup  ## 40 agents at once, then more: latencies, memory, losses, the largest number
	$(BIN)/python tests/bench/load.py --ramp

arrivals: setup  ## 25 visitors within one second: 95 % have their page within 4 s
	$(BIN)/python tests/bench/load.py --arrivals 25

faults: setup  ## 1,000 seeded faults on SQLite and PostgreSQL: nothing confirmed is lost (half an hour)
	$(BIN)/python tests/bench/faults.py

bench-bounces: setup  ## Speed, sizes, held-out systems, calibration and confusion of reading bounces
	$(BIN)/python tests/bench/bounces.py --corpus $(CORPUS)

bench-batch: setup  ## Rates, memory, kills and counts of reading whole mailboxes; takes some minutes
	$(BIN)/python tests/bench/batch.py --corpus $(CORPUS)

ROUNDS ?= 3
bench-page: browser  ## Opening, clicks, bytes and memory beside bare Voilà, Panel, Dash, NiceGUI, Streamlit
	$(BIN)/python tests/bench/page.py --rounds $(ROUNDS)

FUZZ_INPUTS ?= 100000
fuzz: setup  ## Read FUZZ_INPUTS generated and mutated bounces: no exception, none over a second
	$(BIN)/python tests/fuzz/fuzz_bounces.py --inputs $(FUZZ_INPUTS)

clean:  ## Remove the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

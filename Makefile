# `make` alone says what there is. Everything lives in .venv and var; nothing needs root.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# How many run tests at the same time; `make test PROCESSES=0` runs them in one.
PROCESSES ?= auto

# Tests start hundreds of nodes. Each would compile 500 modules anew where the machine forbids keeping the result.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help up console test prove check format document bench lock clean

##@ Run
up: console ## Start a node here (options: make up ARGS="--port 9000")
	@$(BIN)/entrepot up $(ARGS)

console: $(VENV)/.runs ## Build the console, if its sources changed
	@$(BIN)/python tools/build_console.py

##@ Prove
test: $(VENV)/.develops ## Run every test, on every platform that can be started here
	@$(BIN)/python tools/build_console.py --for-tests
	$(BIN)/pytest -n $(PROCESSES) --maxprocesses 8 $(ARGS)

prove: ## The same, with laws and simulations tried for ten times as long
	TESTS_LENGTH=prove PYTEST_TIMEOUT=7200 $(MAKE) test

check: $(VENV)/.develops ## Format, lint, types, import walls, words, documents and their links
	$(BIN)/ruff format --check src tests bench tools
	$(BIN)/ruff check src tests bench tools
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/check_words.py
	$(BIN)/python tools/reference.py --check
	$(BIN)/python tools/check_documents.py
	$(BIN)/python tools/check_console.py

bench: $(VENV)/.develops ## Measure the figures of docs/figures.md
	$(BIN)/python -m bench $(ARGS)

##@ Keep in order
format: $(VENV)/.develops ## Put the code into its form
	$(BIN)/ruff format src tests bench tools
	$(BIN)/ruff check --fix src tests bench tools

document: $(VENV)/.develops ## Write docs/settings.md, events.md, commands.md and the console's routes.ts
	$(BIN)/python tools/reference.py
	$(BIN)/python tools/api_client.py

lock: $(VENV)/.develops ## Pin the newest libraries that fit
	$(BIN)/python tools/lock.py

clean: ## Remove what these commands made, but not var
	rm -rf $(VENV) build dist web/node_modules src/entrepot/console .mypy_cache .ruff_cache .pytest_cache .hypothesis

help: ## Show this
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Entrepot needs Python 3.11 or newer. Name one with: make up PYTHON=python3.12" >&2; exit 1; }
	@echo "Making a virtual environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "Python's venv is missing. On Debian: apt install python3-venv" >&2; exit 1; }

$(VENV)/.runs: $(VENV)/bin/python requirements.lock pyproject.toml
	@echo "Installing what a node needs …"
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements.lock | $(COUNT)
	@$(BIN)/python tools/build_console.py
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps -e .
	@touch $@

$(VENV)/.develops: $(VENV)/.runs requirements-dev.lock
	@echo "Installing what tests and benches need …"
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements-dev.lock | $(COUNT)
	@touch $@

# One line per library instead of pip's pages.
COUNT := awk '/^Collecting/ {printf "\r  %3d libraries found   ", ++found; fflush()} \
  /^Installing/ {printf "\r  installing %d libraries …   ", found; fflush()} \
  /^Successfully/ {print "\r  libraries are ready.        "}'

# Two commands on a fresh machine: `make demo` and `make test`. Everything they make lives in .venv and .referral.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet
# The lists name every package with its hash, so pip has nothing left to resolve (and older pips resolve extras past a pin).
LOCKED := install --require-hashes --no-deps -r
PORT ?= 8000
PEOPLE ?= 1000
WORKERS ?= 2

.PHONY: help demo demo-reset test test-full fault test-servers lint format bench assets sizes lock sbom

help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: $(VENV)/run.done assets ## Start everything with a synthetic network and say where to sign in
	@$(BIN)/referral demo --port $(PORT) --people $(PEOPLE)

demo-reset: $(VENV)/run.done ## Forget the demonstration's data; the next `make demo` starts over
	@$(BIN)/referral demo-reset

test: $(VENV)/dev.done assets ## Every test that fits into ten minutes; COVERAGE=1 measures branches too, and takes half as long again
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not full" $(if $(COVERAGE),--cov --cov-report=term)

test-full: $(VENV)/dev.done assets ## Also the long sweeps
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --ignore=tests/fault

test-servers: $(VENV)/dev.done assets ## The tests that lean on the database, on PostgreSQL 16 and 17 too
	@$(BIN)/python -m tests.servers

fault: $(VENV)/dev.done assets ## Kill, cut, restart and restore while people work; prints what passed and failed
	@$(BIN)/python -m pytest tests/fault -q

lint: $(VENV)/dev.done ## Style, types, layers, templates
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/djlint templates --lint --quiet

format: $(VENV)/dev.done ## Format code and templates
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

bench: $(VENV)/dev.done assets ## Figures as ratios to their floors, measured in the same run
	@$(BIN)/python -m bench

assets: $(VENV)/run.done ## Fetch and place the design system and htmx
	@$(BIN)/python -m referral.web.assets

sizes: ## How large files and functions are; they invite a talk, they fail no build
	@$(PYTHON) -c "import pathlib, statistics as s; n = sorted(len(p.read_text().splitlines()) for p in pathlib.Path('referral').rglob('*.py')); print(f'{len(n)} files, median {s.median(n):.0f} lines, 95% {n[int(len(n) * .95)]}, largest {n[-1]}')"

sbom: $(VENV)/dev.done ## Write the bill of materials of what the program needs to build/sbom.json (CycloneDX)
	@mkdir -p build && $(BIN)/cyclonedx-py requirements requirements.txt -o build/sbom.json && echo "Written: build/sbom.json"

lock: ## Resolve the dependencies anew
	@uv lock
	@uv export --quiet --no-emit-project --no-group assets --no-dev --output-file requirements.txt
	@uv export --quiet --no-emit-project --group dev --no-group assets --output-file requirements-dev.txt
	@uv export --quiet --only-group assets --output-file requirements-node.txt

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@echo "Making a Python environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.done: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the program needs ..."
	@$(PIP) $(LOCKED) requirements.txt
	@command -v npm >/dev/null 2>&1 || $(PIP) $(LOCKED) requirements-node.txt
	@$(PIP) install --no-deps -e .
	@touch $@

$(VENV)/dev.done: requirements-dev.txt $(VENV)/run.done
	@echo "Installing what the tests need ..."
	@$(PIP) $(LOCKED) requirements-dev.txt
	@touch $@

# setup · run · test · lint · bench: each sets up .venv by itself, from the two requirements files.

PYTHON ?= $(shell python3.11 -c "import sys; print(sys.executable)" 2>/dev/null || command -v python3)
VENV   := .venv
PY     := $(VENV)/bin/python
BENCHMARKS := bm25 leakage planted_positives mining audit_keys corrupted_pairs maps importing pages encoding training quality

.DEFAULT_GOAL := help
.PHONY: help setup run test lint bench

help:
	@echo "make setup  the virtual environment .venv with all that the workbench needs"
	@echo "make run    the sample workspace, the whole pipeline, then the workbench in the browser"
	@echo "make test   ruff, mypy, pytest with the browser suite"
	@echo "make lint   ruff and mypy alone"
	@echo "make bench  the measurements against other libraries"

setup: $(VENV)/runtime.stamp

run: setup
	$(PY) -m workbench demo

test: lint
	$(PY) tests/browser/ensure_browser.py
	$(PY) -m pytest

lint: $(VENV)/dev.stamp
	$(PY) -m ruff check .
	$(PY) -m mypy

bench: $(VENV)/dev.stamp
	@for name in $(BENCHMARKS); do $(PY) -m benchmarks.$$name --json || exit 1; done

# A stamp is touched only after pip has finished, so an interrupted install is taken up again.
$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/runtime.stamp
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(VENV)/runtime.stamp: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Codex Forge needs Python 3.11 or newer, this is " + sys.version.split()[0] + ". Name one: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)
	@echo "Installing the packages of requirements.txt (a few minutes the first time) ..."
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

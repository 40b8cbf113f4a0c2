# Two commands matter: `make book` and `make test`.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
LAB := .venv-lab
LITE := .venv-lite
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: help book serve live-reload test bench mutate lab lock clean

help:
	@echo "make book         build the handbook into _build/html"
	@echo "make serve        open it at an address on this machine"
	@echo "make live-reload  rebuild and refresh the page as you type"
	@echo "make test         run every check"
	@echo "make bench        measure build, start and page size"
	@echo "make mutate       see whether the tests notice changes in three core modules"
	@echo "make lab          open the exercises in JupyterLab"
	@echo "make lock         renew the locks (for maintainers)"
	@echo "make clean        remove what was built"

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; this is %d.%d. Try: make PYTHON=python3.12 …" % sys.version_info[:2])'
	@echo "== Making an environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/book: $(VENV)/made locks/book.txt pyproject.toml
	@echo "== Installing what the book needs …"
	@$(PIP) --require-hashes --no-deps -r locks/book.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/test: $(VENV)/book locks/test.txt
	@echo "== Installing what the tests need …"
	@$(PIP) --require-hashes --no-deps -r locks/test.txt
	@touch $@

$(VENV)/bench: $(VENV)/test locks/bench.txt
	@echo "== Installing what the bench compares with …"
	@$(PIP) --require-hashes --no-deps -r locks/bench.txt
	@touch $@

$(LAB)/made: locks/lab.txt pyproject.toml
	@echo "== Making an environment for JupyterLab in $(LAB) …"
	@$(PYTHON) -m venv $(LAB)
	@$(LAB)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --no-deps -r locks/lab.txt
	@$(LAB)/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(LITE)/made: locks/lite.txt $(VENV)/made
	@echo "== Making an environment for the JupyterLite copy in $(LITE) …"
	@$(PYTHON) -m venv $(LITE)
	@$(LITE)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --no-deps -r locks/lite.txt
	@touch $@

# npm of this machine, or else the one that comes as a Python package.
node_modules/made: package-lock.json $(VENV)/made
	@echo "== Bringing what the pages carry (fonts, Pyodide, Vega) …"
	@PATH="$(CURDIR)/$(BIN):$$PATH"; command -v npm >/dev/null 2>&1 || $(PIP) --require-hashes --no-deps -r locks/node.txt; \
	  npm ci --no-progress --loglevel=error
	@touch $@

book: $(VENV)/book node_modules/made $(LITE)/made
	@$(BIN)/python -m tools.build

serve:
	@$(BIN)/python -m tools.serve --port $(PORT)

live-reload: $(VENV)/book node_modules/made
	@$(BIN)/python -m tools.live_reload --port $(PORT)

test: $(VENV)/test node_modules/made $(LAB)/made $(LITE)/made
	@$(BIN)/python -m tools.browser
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m tools.build
	@$(BIN)/python -m pytest

bench: $(VENV)/bench node_modules/made $(LITE)/made
	@$(BIN)/python -m tools.bench

mutate: $(VENV)/bench
	@for module in network step_network thresholds; do $(BIN)/python -m tools.mutate $$module || exit 1; done

lab: $(LAB)/made
	@cd exercises && ../$(LAB)/bin/jupyter lab --ip=127.0.0.1

lock: $(VENV)/made
	@$(PIP) uv
	@compile="$(BIN)/uv pip compile --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --upgrade"; \
	for set in book test bench lab lite live node; do \
	  $$compile --universal --python-version 3.11 locks/$$set.in -o locks/$$set.txt; done; \
	$$compile --python-version 3.14 --python-platform wasm32-pyodide2024 --only-binary :all: \
	  locks/kernel.in -o locks/kernel.txt
	@npm install --package-lock-only --ignore-scripts
	@cd tools/lighthouse && npm install --package-lock-only --ignore-scripts
	@$(BIN)/python -m tools.trim_lock

clean:
	@rm -rf _build _cache

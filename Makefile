# `make` lists the targets. The first two need nothing but Python 3.11+ and make.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
TESTS ?= tests
# uv takes a quarter of the time that pip takes, but does not read pip's settings: whoever has told pip of another index gets
# pip, and so does everyone where uv has no wheel or does not get through.
UV := uv==0.13.9
PIP := $(BIN)/pip --disable-pip-version-check
install = { ! $(PIP) config list | grep -q '[.]index-url=' && $(PIP) install --quiet --no-compile $(UV) \
	&& $(BIN)/uv pip install --quiet --python $(BIN)/python -r $(1); } || $(PIP) install --quiet --no-compile -r $(1)
SELDOM := '/(tests|testing/_internal|_vendor|_inductor|pip|setuptools|mypyc?|networkx|fontTools|lexers|physics|graph_objs/\w+|transformers/models)/'
# Where this says that no bytecode is written, every one of the tests' processes would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test check format lint types bench screenshots clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/installed ## install what is needed and start the playground on http://localhost:8501
	@echo "The playground is starting on http://localhost:$(PORT)  (stop it with Ctrl-C)"
	@$(BIN)/streamlit run app.py --server.port $(PORT)

test: $(VENV)/installed-dev ## install what the tests need and run them all
	$(BIN)/pytest $(TESTS) -m "not browser" -n 2 --dist loadfile --no-loadscope-reorder || [ $$? = 5 ]
	$(BIN)/pytest $(TESTS:tests=tests/browser) -m browser -n 2 --dist worksteal -r fER || [ $$? = 5 ]

check: format-check lint types test ## what CI runs: format, lint, types, tests

format: $(VENV)/installed-dev ## put every file in the project's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: format-check
format-check: $(VENV)/installed-dev
	$(BIN)/ruff format --check .

lint: $(VENV)/installed-dev ## look for mistakes without running anything
	$(BIN)/ruff check .

types: $(VENV)/installed-dev ## check every annotation
	$(BIN)/mypy -n 2 .

bench: $(VENV)/installed-dev ## measure speed and memory, print the figures
	$(BIN)/python -m bench

screenshots: $(VENV)/installed-dev ## take the README's pictures
	$(BIN)/python -m docs.screenshots

clean: ## remove what was installed and what was recorded
	rm -rf $(VENV) .playground

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed.")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq python3-venv; } \
		|| { echo "Python's venv module is missing: install the package python3-venv first."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements.txt | $(VENV)/bin/pip
	@echo "Installing what the playground needs: several gigabytes"
	@$(call install,requirements.txt)
	@# on every core, and without what is hardly ever imported
	@$(BIN)/python -m compileall -qq -j 0 -x $(SELDOM) $(VENV)/lib 2>/dev/null || true
	@touch $@

# Unpacking wheels and installing a browser take one core each.
$(VENV)/installed-dev: requirements-dev.txt requirements.txt | $(VENV)/bin/pip
	@$(MAKE) --no-print-directory -j 2 $(VENV)/installed chromium
	@$(call install,requirements-dev.txt)
	@$(CHROMIUM) >/dev/null || $(BIN)/playwright install chromium
	@touch $@

# The shell is Chromium without windows: it costs less for each page, and less to install.
CHROMIUM := { command -v chromium-headless-shell || command -v chromium; }
.PHONY: chromium
chromium:
	@$(CHROMIUM) >/dev/null || [ "$$(id -u)" != 0 ] || { apt-get update -qq \
		&& { apt-get install -y -qq chromium-headless-shell || apt-get install -y -qq chromium; }; } || true

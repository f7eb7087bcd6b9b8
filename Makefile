# The commands a person needs; everything else is `.venv/bin/dure`. Needs make and Python 3.11.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
HAS_BASE := $(VENV)/.has-base
HAS_PACKAGES := $(VENV)/.has-packages
HAS_DEV_PACKAGES := $(VENV)/.has-dev-packages
LOCK := $(BIN)/uv pip compile --universal --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --python-version 3.11 --quiet

# The first of these that runs and is new enough; PYTHON=... chooses another.
PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { command -v "$$p"; break; }; done)

# uv is ten times faster than pip but does not read pip's settings: hand it the index, and let pip
# do the work where uv cannot.
define install
	@index=$${PIP_INDEX_URL:-$$($(BIN)/python -m pip config get global.index-url 2>/dev/null || true)}; \
	if [ -n "$$index" ] && [ -z "$$UV_DEFAULT_INDEX" ]; then export UV_DEFAULT_INDEX="$$index"; fi; \
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1) \
	|| { echo "uv could not install; trying pip"; \
	     $(BIN)/python -m pip install --quiet --require-hashes -r $(1); }
endef

# Tests wait for databases and browsers half of their time: two more than there are cores, to four.
TEST_WORKERS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); [ $$n -lt 3 ] && echo $$((n + 1)) || echo 4)

.PHONY: help setup setup-dev browser run test campaign check format bench lighthouse faults races lock clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(HAS_PACKAGES)  ## install everything that `make run` needs into .venv

setup-dev: $(HAS_DEV_PACKAGES)  ## install what tests and checks need as well

$(HAS_BASE): requirements-setup.lock
	@[ -n "$(PYTHON)" ] || { \
	  echo "Dure needs Python 3.11 or newer, and none was found (tried python3.11, python3, ...)."; \
	  echo "On Debian 12: apt-get install python3 python3-venv. Or: make setup PYTHON=/path/to/python"; \
	  exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "$(PYTHON) has no venv module. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Setting up $(VENV) with $$("$(PYTHON)" --version)"
	@$(BIN)/python -c '' 2>/dev/null || { rm -rf $(VENV); "$(PYTHON)" -m venv $(VENV); }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	  -r requirements-setup.lock
	@touch $@

$(HAS_PACKAGES): $(HAS_BASE) requirements.lock pyproject.toml
	$(call install,requirements.lock)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
	  --no-build-isolation --no-index --editable .
	@touch $@

$(HAS_DEV_PACKAGES): $(HAS_PACKAGES) requirements-dev.lock
	$(call install,requirements-dev.lock)
	@touch $@

browser:  ## install Debian's Chromium and a Korean font, for the browser tests
	@sh .ci/browser

run: setup  ## start a city: database, engine, gateway, pages and card traffic
	@exec $(BIN)/dure run

test: setup-dev  ## run every test, then every check
	@sh .ci/browser || [ -z "$$CI" ]
	$(BIN)/pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder
	@$(MAKE) check

campaign: setup-dev  ## the tests that take long: benches in small, whole searches
	DURE_EVERY_LOOK=1 $(BIN)/pytest -m 'campaign or browser'
	DURE_EVERY_LOOK=1 $(BIN)/pytest tests/laws

check: setup-dev  ## format, lint, types and imports, as CI does
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup-dev  ## put the code into the house's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup-dev  ## measure every part on this machine (about 90 minutes); the map needs Chromium
	@sh .ci/browser || true
	@exec $(BIN)/dure bench

lighthouse: setup  ## Google's Lighthouse on the app's pages, as a phone; needs node and Chromium
	@sh .ci/lighthouse || [ $$? = 3 ]
	@exec $(BIN)/dure bench lighthouse --quick

faults: setup  ## 100 rounds of load with kill -9, a million wrong messages
	@$(BIN)/dure faults --rounds 100
	@$(BIN)/dure fuzz --messages 1000000

races: setup  ## 1,000 rounds of clients after a last coupon and a last won
	@exec $(BIN)/dure races --rounds 1000

lock: $(HAS_BASE)  ## choose the newest versions that fit, and write the lock files
	$(LOCK) --upgrade pyproject.toml --output-file requirements.lock
	$(LOCK) --upgrade pyproject.toml --group dev --constraint requirements.lock \
	  --output-file requirements-dev.lock
	$(LOCK) --upgrade --group setup --output-file requirements-setup.lock
	@! grep -n '://' requirements*.lock

clean:  ## remove the virtual environment and caches (never the database)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build dure.egg-info

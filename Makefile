# Needs Python >= 3.11, make and git; everything else is set up here, from pinned and hashed requirement files.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?=
# How many tests run at once; one file's tests stay together, as they share a server.
TESTERS ?= 2
CHECKED := src tests scripts $(if $(wildcard benchmarks/*.py),benchmarks)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PIP_ROOT_USER_ACTION := ignore
# A thousand modules are compiled once, not at every start of a server or a command.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test check style types imports format bench slow faults soak fuzz browser postgres clients spark reference pins clean

help: ## this list
	@echo "make …"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# --- the environment: one folder, one stamp per requirement file, nothing to do when the stamps are fresh ---------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 …"; exit 1; }
	@echo "Setting up $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

# A path file in place of an editable install: no build backend is needed, so every installed byte is one with a hash.
define install
	@echo "Installing $(1) …"
	@$(BIN)/python -m pip install --quiet --require-hashes --no-deps --requirement $(1)
	@echo "$(CURDIR)/src" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/tanteemma.pth"
	@printf '#!%s\nfrom tanteemma.serve.cli import run\n\nrun()\n' "$(abspath $(BIN))/python" > $(BIN)/emma
	@chmod +x $(BIN)/emma
endef

$(VENV)/runtime.stamp: requirements/runtime.txt | $(BIN)/python
	$(call install,$<)
	@touch $@

# The file for development holds everything the one for running holds, in the same versions (a test compares them).
$(VENV)/dev.stamp: requirements/dev.txt requirements/runtime.txt | $(BIN)/python
	$(call install,$<)
	@touch $(VENV)/runtime.stamp $@

$(VENV)/spark.stamp: requirements/spark.txt $(VENV)/dev.stamp
	$(call install,$<)
	@touch $@

$(VENV)/fuzz.stamp: requirements/fuzz.txt $(VENV)/dev.stamp
	$(call install,$<)
	@touch $@

# The vendors' own packages, which make clients drives: in an environment of their own, Python and Node side by side.
CLIENTS := $(VENV)-clients
$(CLIENTS)/clients.stamp: requirements/clients.txt tests/clients/node/package-lock.json | $(BIN)/python
	@echo "Setting up $(CLIENTS) …"
	@$(PYTHON) -m venv $(CLIENTS)
	@$(CLIENTS)/bin/python -m pip install --quiet --require-hashes --no-deps --requirement requirements/clients.txt
	@mkdir -p $(CLIENTS)/node && cp tests/clients/node/package.json tests/clients/node/package-lock.json $(CLIENTS)/node
	@if command -v npm > /dev/null; then cd $(CLIENTS)/node && npm ci --ignore-scripts --no-audit --no-fund --silent; \
	else echo "No npm: the clients of Node and of browsers are skipped (apt-get install nodejs npm)."; fi
	@touch $@

# --- run ----------------------------------------------------------------------------------------------------------------

demo: $(VENV)/runtime.stamp ## open a browser on the sample company
	@$(BIN)/emma demo $(ARGS)

# --- prove --------------------------------------------------------------------------------------------------------------

# File by file in their order: the longest tests stand in files of few tests, which would come last otherwise.
SIDE_BY_SIDE = $(if $(filter-out 1,$(TESTERS)),-n $(TESTERS) --dist loadfile --no-loadscope-reorder)

test: $(VENV)/dev.stamp ## the quick tests (ARGS="-k funnel" narrows them)
	@$(BIN)/python -m pytest -q $(SIDE_BY_SIDE) $(ARGS)

check: style types imports ## style, types, which package imports which (make -k check: all at once)

style: $(VENV)/dev.stamp
	@$(BIN)/ruff check --quiet $(CHECKED)
	@$(BIN)/ruff format --quiet --check $(CHECKED) || { echo "Not formatted. make format does it."; exit 1; }

types: $(VENV)/dev.stamp
	@$(BIN)/mypy $(CHECKED)

imports: $(VENV)/dev.stamp
	@$(BIN)/lint-imports --no-logo

format: $(VENV)/dev.stamp ## bring imports and layout into order
	@$(BIN)/ruff check --quiet --fix-only $(CHECKED)
	@$(BIN)/ruff format --quiet $(CHECKED)

# pytest leaves with 5 when a tier holds no test: said, not failed.
define tier
	@code=0; $(BIN)/python -m pytest -q $(2) -m $(1) tests $(ARGS) || code=$$?; \
	if [ $$code -eq 5 ]; then echo "There is no test in the tier \"$(1)\" yet."; else exit $$code; fi
endef

slow: $(VENV)/dev.stamp ## tests that take more than a few seconds
	$(call tier,slow,$(SIDE_BY_SIDE))

browser: $(VENV)/dev.stamp ## drive the pages with Chromium
	$(call tier,browser,$(SIDE_BY_SIDE))

postgres: $(VENV)/dev.stamp ## the store on PostgreSQL, in a cluster of its own
	$(call tier,postgres,$(SIDE_BY_SIDE))

clients: export EMMA_TEST_CLIENTS ?= $(abspath $(CLIENTS))
clients: $(VENV)/dev.stamp $(CLIENTS)/clients.stamp ## drive the vendors' own clients against a running server (needs Node)
	$(call tier,clients)

faults: export EMMA_FAULT_ROUNDS ?= 50
faults: $(VENV)/dev.stamp ## kills, power cuts, full disks, flipped bits (EMMA_FAULT_ROUNDS=50)
	$(call tier,faults)

soak: export EMMA_FAULT_LOAD_S ?= 600
soak: export EMMA_FAULT_REPORT ?= docs/faults.md
soak: $(VENV)/dev.stamp ## ten minutes of all dialects with kills in between, written into docs/faults.md
	@$(BIN)/python -m pytest -q -m faults tests/faults/test_ten_minutes.py -k dialect $(ARGS)

fuzz: $(VENV)/fuzz.stamp ## look for input that parsers and interface do not expect (ARGS="--seconds 600")
	@$(BIN)/python -m tests.fuzz $(ARGS)
	@$(BIN)/python -m pytest -q -m faults tests/fuzz/test_openapi.py

spark: $(VENV)/spark.stamp ## the kernels on Spark (needs Java)
	$(call tier,spark)

bench: $(VENV)/dev.stamp ## measure, as ratios taken in one run
	@$(BIN)/python -m benchmarks $(ARGS)

# --- keep ---------------------------------------------------------------------------------------------------------------

reference: $(VENV)/dev.stamp ## write docs/reference from the code
	@$(BIN)/python -m scripts.reference

PIN := pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml
pins: $(VENV)/dev.stamp ## resolve and pin what pyproject.toml asks for (ARGS=--upgrade: the newest)
	@$(BIN)/python -c 'import shutil, sys; sys.exit(shutil.which("uv") is None)' || $(BIN)/python -m pip install --quiet uv
	@PATH="$(abspath $(BIN)):$$PATH"; export UV_CUSTOM_COMPILE_COMMAND="make pins"; \
	uv $(PIN) $(ARGS) --output-file requirements/runtime.txt; \
	uv $(PIN) --extra postgres --extra export --group dev --constraint requirements/runtime.txt --output-file requirements/dev.txt; \
	uv $(PIN) --extra spark --constraint requirements/runtime.txt --output-file requirements/spark.txt; \
	uv $(PIN) --group fuzz --constraint requirements/dev.txt --output-file requirements/fuzz.txt; \
	uv $(subst pyproject.toml,requirements/clients.in,$(PIN)) --python-version 3.11 --output-file requirements/clients.txt

clean: ## remove the environment and everything the tools left
	@rm -rf $(VENV) $(CLIENTS) .bench .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

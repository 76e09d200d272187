# Two commands need nothing but Python >= 3.11 and make: `make demo`, `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
export CLAUSEWATCH_HOME ?= $(CURDIR)/var

.DEFAULT_GOAL := help
.PHONY: help demo test check run fix lock bench train clean install uninstall

help:  ## show this
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

# The runtime, pinned by hash; then ourselves, editable, without asking any index.
$(BIN)/.runtime: requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("clausewatch needs Python 3.11 or newer; try make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(BIN)/.dev: requirements-dev.txt $(BIN)/.runtime
	$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

demo: $(BIN)/.runtime  ## the story on a local site: real daemon, real mail, no network
	@rm -rf '$(CLAUSEWATCH_HOME)/demo'  # the last one's
	@$(BIN)/clausewatch demo --keep '$(CLAUSEWATCH_HOME)/demo'

test: $(BIN)/.dev  ## all tests
	$(BIN)/python -m pytest -n auto

check: $(BIN)/.dev  ## types, style, layers, walls
	$(BIN)/ruff check daemon tests bench
	$(BIN)/ruff format --check daemon tests bench
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python bench/walls.py

bench: $(BIN)/.dev  ## what it costs and how well it reads, as tables; takes a while
	@missed=; for it in service evidence diff reading accuracy live web archive; do \
	  printf '\n# bench/%s.py\n' $$it; $(BIN)/python bench/$$it.py || missed="$$missed $$it"; \
	done; test -z "$$missed" || { echo "missed:$$missed" >&2; exit 1; }

# scikit-learn is needed here only, so it has an environment of its own.
.venv-bench/.done: requirements-bench.txt $(BIN)/.dev
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements.txt
	.venv-bench/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements-bench.txt
	.venv-bench/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation --editable .
	@touch $@

train: .venv-bench/.done  ## learn again what judgements are weighed by, from labelled changes
	rm -f .venv-bench/lessons
	for it in train train_direction train_materiality; do \
	  .venv-bench/bin/python bench/$$it.py --cache .venv-bench/lessons || exit; \
	done

run: $(BIN)/.runtime  ## the daemon in the foreground on watchlist.yaml, state in ./var
	$(BIN)/clausewatch run watchlist.yaml

fix: $(BIN)/.dev  ## format, and fix what can be fixed
	$(BIN)/ruff check --fix daemon tests bench
	$(BIN)/ruff format daemon tests bench

lock: $(BIN)/.dev  ## pin the newest versions again
	$(BIN)/pip-compile -q --upgrade --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-header -o requirements.txt pyproject.toml requirements.in
	$(BIN)/pip-compile -q --upgrade --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-header -o requirements-dev.txt requirements-dev.in

install:  ## as a systemd service; DESTDIR= PREFIX=/opt/clausewatch PYTHON=python3
	@DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' PYTHON='$(PYTHON)' PROGRAM='$(PROGRAM)' sh systemd/install.sh

uninstall:  ## keeps watchlist, evidence and change log; PURGE=yes removes them too
	@DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' PURGE='$(PURGE)' sh systemd/uninstall.sh

clean:  ## remove what the targets made
	rm -rf $(VENV) .venv-bench build dist .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# Essaim: two commands for everybody (make run, make test), the rest for those who build it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run real test test-postgres lint format bench clean install install-dev front migrate

PORT ?= 8000
ESSAIM_DATA_DIR ?= $(CURDIR)/.data
export PORT ESSAIM_DATA_DIR
export DJANGO_SETTINGS_MODULE = essaim.site.settings
PY := .venv/bin/python
UV := .venv/bin/uv

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

# --- installing: each stamp says « done for these files », so that a second start does nothing -------------------
.venv/pyvenv.cfg:
	@echo "→ environnement Python"
	@tools/make-venv

.venv/.base: .venv/pyvenv.cfg requirements/base.txt requirements/build.txt requirements/tools.txt pyproject.toml
	@echo "→ bibliothèques Python (verrouillées, vérifiées par empreinte)"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/tools.txt
	@$(UV) pip install --quiet --python $(PY) --require-hashes --only-binary :all: -r requirements/base.txt
	@$(UV) pip install --quiet --python $(PY) --no-deps --build-constraints requirements/build.txt -e .
	@touch $@

.venv/.dev: .venv/.base requirements/dev.txt
	@echo "→ bibliothèques Python des tests"
	@$(UV) pip install --quiet --python $(PY) --require-hashes --only-binary :all: -r requirements/dev.txt
	@touch $@

node_modules/.stamp: package.json package-lock.json
	@echo "→ bibliothèques de l’interface (npm ci)"
	@npm ci --silent --no-audit --no-fund
	@touch $@

FRONT := $(shell find frontend -type f 2>/dev/null)
essaim/ui/static/ui/dist/.stamp: node_modules/.stamp $(FRONT)
	@echo "→ construction de l’interface"
	@npm run --silent build
	@touch $@

# The same build makes them; only whoever removed them alone builds twice.
essaim/ui/fonts/.stamp: essaim/ui/static/ui/dist/.stamp
	@test -f essaim/ui/fonts/BricolageGrotesque_700Bold.ttf || npm run --silent build
	@touch $@

essaim/geography/data/cog.json.gz: .venv/.base node_modules/.stamp tools/build_cog.py
	@echo "→ code officiel géographique"
	@$(PY) tools/build_cog.py

install: .venv/.base essaim/ui/static/ui/dist/.stamp essaim/ui/fonts/.stamp essaim/geography/data/cog.json.gz ## everything that serving needs
install-dev: install .venv/.dev

STATIC_STAMP := $(ESSAIM_DATA_DIR)/static/.stamp
STATIC_SOURCES := $(shell find essaim -path '*/static/*' -type f -not -path '*/dist/*' 2>/dev/null)
$(STATIC_STAMP): .venv/.base essaim/ui/static/ui/dist/.stamp $(STATIC_SOURCES)
	@echo "→ fichiers statiques"
	@.venv/bin/essaim collectstatic --no-input --verbosity 0
	@touch $@

migrate: install
	@echo "→ base de données ($(ESSAIM_DATA_DIR))"
	@.venv/bin/essaim migrate --verbosity 0

# --- the two commands ---------------------------------------------------------------------------------------------
run: migrate $(STATIC_STAMP) ## install, prepare, load the demonstration, serve http://127.0.0.1:$PORT
	@.venv/bin/essaim demo
	@tools/serve

real: migrate $(STATIC_STAMP) ## the same with the official files: make real TERRITORY=<siren of an EPCI>
	@test -n "$(TERRITORY)" || { echo "Dites le territoire : make real TERRITORY=200069854 (le SIREN de votre EPCI)."; exit 2; }
	@.venv/bin/essaim real --territory $(TERRITORY) $(REAL_OPTIONS)
	@$(if $(NO_SERVE),echo "Prêt.",tools/serve)

test: install-dev ## install what the tests need (a browser included) and run them all
	@tools/ensure-chromium
	@$(PY) -m pytest -n 2 --dist loadscope $(PYTEST_OPTIONS)

test-postgres: install-dev ## what meets the database once more, on a PostgreSQL that it starts itself
	@tools/ensure-chromium
	@tools/with-postgres $(PY) -m pytest -n 2 --dist loadscope --database-only $(PYTEST_OPTIONS)

lint: install-dev ## format, lint, types, floors, templates, known vulnerabilities
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy essaim
	@.venv/bin/lint-imports --no-cache
	@git ls-files 'essaim/*.html' | xargs -r .venv/bin/djade --target-version 5.2 --check
	@.venv/bin/essaim makemigrations --check --dry-run --verbosity 0
	@tools/audit

format: install-dev ## put everything in form
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .
	@git ls-files 'essaim/*.html' | xargs -r .venv/bin/djade --target-version 5.2

bench: install-dev ## the figures of docs/figures: one table, and JSON in bench/results/ (BENCH_SCALE=full for the large ones)
	@$(PY) -m bench $(BENCH_OPTIONS)

clean: ## forget what was built (never the data)
	@rm -rf .venv node_modules essaim/ui/static/ui/dist essaim/ui/fonts essaim/geography/data/cog.json.gz

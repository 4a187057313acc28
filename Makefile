# Needs Python (3.11 or later) and make. Each target makes what it needs; nothing is done twice.
PYTHON ?= python3
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
export PATH := $(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: report test bench lint lock clean

report: $(VENV)/installed ## run the pipeline and tell where the report is
	@dvc repro
	@echo "The report: file://$(CURDIR)/reports/index.html"

test: $(VENV)/installed ## pass the tests
	@pytest -n auto --dist loadfile --no-loadscope-reorder

bench: $(VENV)/installed ## each benchmark, ours against a peer
	@for script in benchmarks/*.py; do echo "== $$script"; python $$script || exit 1; done

lint: $(VENV)/installed ## linter, formatter check, type checker
	@ruff check . && ruff format --check . && mypy

lock: ## write requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --group dev --generate-hashes --no-emit-index-url --universal --no-annotate --quiet -o requirements.lock

clean: ## remove what the pipeline and the tools made; sources, imports and archive stay
	rm -rf data/processed reports .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find pipeline tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Standpunt needs Python 3.11 or later; say make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (about two minutes the first time) ..."
	@python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	@python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

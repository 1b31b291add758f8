# Countersign's one door for people and for CI. `make help` lists what there is.
#
# Everything needs Python 3.11 or later and a package index, nothing else; `make setup` is implied by every target.
# VENV=DIR puts the environment elsewhere, PYTHON=... picks the interpreter, WORKERS=N the test processes, T=... the tests.

.POSIX:
.SUFFIXES:

PYTHON = python3
VENV = .venv
BIN = $(VENV)/bin
STAMP = $(VENV)/.installed
WORKERS = 2
T = tests
ARGS =

help: ## list the targets
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 24

setup: client ## make .venv and the browser client from the hash-pinned locks (instant when nothing changed)

client: $(STAMP) ## build the reporter's browser client (api/client) where it is served from
	@$(BIN)/python tools/build_client.py

# pip brings uv in, hash-checked out of the same lock; where uv cannot be had or cannot reach an index, pip does it all.
$(STAMP): pyproject.toml requirements-dev.lock
	@rm -f $@
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@awk '/^uv==/ {on = 1} on && /^    #/ {exit} on' requirements-dev.lock > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(VENV)/uv.lock \
		&& $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock \
		|| { echo "uv could not install everything; pip goes on" >&2; \
			$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation -e .
	@touch $@

run: setup ## make and serve the demonstration ledger
	$(BIN)/countersign run $(ARGS)

check: check-format check-lint check-types check-imports check-docs ## everything but the tests: format, lint, types, imports, docs

check-format: setup ## ruff format, only looking
	$(BIN)/ruff format --check .

check-lint: setup ## ruff's rules
	$(BIN)/ruff check .

check-types: setup ## mypy --strict, and the same for the browser client
	$(BIN)/mypy
	@$(BIN)/python tools/build_client.py --check

check-imports: setup ## the import contracts of ARCHITECTURE
	$(BIN)/lint-imports

check-docs: setup ## the documentation's own tests, but those that walk through whole pages (`make test` does)
	$(BIN)/python -m pytest -q -p no:cacheprovider -m 'not slow and not soak' tests/docs tests/test_layout.py

fix: setup ## format, and repair what ruff can repair
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: check ## check, then every test but the long drills (T=path for some; `make cov` measures branch coverage)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(T) $(ARGS)

cov: setup ## the tests once more under branch coverage (about twice as slow), with the lines that were missed
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadgroup --cov --cov-report= $(T) $(ARGS)
	$(BIN)/coverage report --skip-covered --show-missing

soak: setup ## the long drills: kills, races, disk full
	$(BIN)/python -m pytest -m soak --timeout 3600 $(T) $(ARGS)

bench: setup ## the measurements of docs/performance.md
	$(BIN)/python -m tests.benchmarks $(ARGS)

pyz: setup ## the offline verifier as one file
	$(BIN)/python tools/make_pyz.py $(ARGS)

audit: setup ## known weaknesses in the pinned versions; fails where the index has no such data
	$(BIN)/pip-audit --strict --disable-pip --require-hashes -r requirements.lock

lock: setup ## resolve anew and write both locks, with hashes and without addresses
	@$(BIN)/python tools/lock.py

clean: ## remove what was built; the next target makes it again
	rm -rf $(VENV) api/client/node_modules api/web/static/built build dist site .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help setup client run check check-format check-lint check-types check-imports check-docs fix test cov soak bench pyz audit lock clean

# Everything on a fresh Debian 12 with python3, python3-venv and make alone: no Node.js, no PDF library of the system.

PYTHON ?= python3
PORT ?= 8000
BODIES ?= 400
export PORT
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
UV := $(BIN)/uv
INSTALL := $(UV) pip install --quiet --python $(BIN)/python
CATALOGUES := $(wildcard survey/translations/*/LC_MESSAGES/*.po)

.PHONY: help demo test lint catalogues bench bench-scale bench-fresh simulate lock chromium
.DEFAULT_GOAL := help

help:
	@echo "make demo         the demonstration body on http://127.0.0.1:$(PORT) (PORT=8080 make demo: another port)"
	@echo "make test         every test; TESTS=tests/cli runs a part"
	@echo "make lint         style, types, import contracts"
	@echo "make catalogues   bring the sentences to translate up to date"
	@echo "make bench        the benchmarks, with ratios measured in one run"
	@echo "make bench-scale  10 million forms from CSV and Parquet to the yearly result (FORMS=1000000: fewer)"
	@echo "make bench-fresh  times of make demo and make test from a fresh clone"
	@echo "make simulate     the method against 400 synthetic bodies a scenario (BODIES=40: a quick look)"
	@echo "make lock         refresh the locked requirements"

demo: $(STAMPS)/run
	@$(BIN)/survey demo

# compiled files are kept even where the machine says not to: every process would compile its own again;
# three processes for two cores, since tests in the browser mostly wait
test: $(STAMPS)/dev chromium
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -q -n 3 $(TESTS)

lint: $(STAMPS)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates

# the template is made again each time, so that no second list of sentences grows old
catalogues: $(STAMPS)/dev
	$(BIN)/pybabel --quiet extract -F pyproject.toml -k _l -k N_ --add-location=file --sort-by-file \
		-o $(VENV)/messages.pot .
	$(BIN)/pybabel --quiet update -i $(VENV)/messages.pot -d survey/translations --ignore-pot-creation-date \
		--no-fuzzy-matching --ignore-obsolete --width=100
	@rm $(VENV)/messages.pot

bench: $(STAMPS)/dev
	@$(BIN)/python docs/bench/run.py

bench-scale: $(STAMPS)/dev
	@$(BIN)/python docs/bench/scale.py

bench-fresh:
	@$(PYTHON) docs/bench/fresh.py

# one thread each: the matrices are small, and two processes share the machine
simulate: $(STAMPS)/run
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m analysis simulate --acceptance --bodies $(BODIES)

# uv.lock names the registry it came from, so only what it exports is kept
lock: $(STAMPS)/uv
	$(UV) lock
	$(UV) export --quiet --frozen --no-dev --extra postgres --no-emit-project --no-header -o requirements.lock
	$(UV) export --quiet --frozen --all-groups --all-extras --no-emit-project --no-header -o requirements-dev.lock

chromium:
	@sh .ci/browser

$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed." if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "python3-venv is missing: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/uv: $(STAMPS)/venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv==0.13.*'
	@touch $@

$(STAMPS)/run: $(STAMPS)/uv requirements.lock pyproject.toml $(CATALOGUES)
	$(INSTALL) --require-hashes --no-deps -r requirements.lock
	$(INSTALL) --no-deps -e .
	@touch $@

$(STAMPS)/dev: $(STAMPS)/run requirements-dev.lock
	$(INSTALL) --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

# Everything a newcomer needs; `make demo` and `make test` set themselves up.
PYTHON ?= python3
VENV ?= .venv
BIN := $(CURDIR)/$(VENV)/bin
REPORT ?= $(CURDIR)/journey-report
WORKERS ?= 2
PORT ?= 8000
# What is compiled is kept, even where the machine is set up otherwise: the tests start Python hundreds of times.
export PYTHONDONTWRITEBYTECODE =

.PHONY: environment demo test browser lint types docs conformance mutations bench serve clean

environment: $(VENV)/.ready

# The environment is made once, and again whenever the project's requirements change.
$(VENV)/.ready: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	touch $@

# The main job: the demo's stories and tests on SQLite, with the report.
demo: $(VENV)/.ready
	cd demo && $(BIN)/python manage.py migrate --no-input --verbosity 0
	$(BIN)/python -m pytest demo -q -p no:randomly --journey-report=$(REPORT)
	@echo
	@echo "The report: file://$(REPORT)/index.html"
	@echo "The site:   make serve"

# All tests, in random order, on two workers; every story on every driver. No story fails because a browser is slow.
test: $(VENV)/.ready browser
	$(BIN)/python -m pytest -q -n $(WORKERS) --journey-driver=all --journey-timeout=30000

# A browser for the stories: one that is there, else Playwright's own, else (as root on Debian) the system's.
browser: $(VENV)/.ready
	@$(BIN)/python -m django_journey._drivers.browser.installed || \
	$(BIN)/python -m playwright install --only-shell chromium >/dev/null 2>&1 || \
	{ test "$$(id -u)" = 0 && apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium-headless-shell chromium chromium-driver >/dev/null; } || \
	echo "No browser could be had: the browser stories are left out. To get one: $(BIN)/python -m playwright install --with-deps chromium"

lint: $(VENV)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.ready
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

# The documentation site, built offline; a warning is an error.
docs: $(VENV)/.ready
	$(BIN)/python -m docs.make_reference
	$(BIN)/python -m sphinx -E -W --keep-going -q -b html docs docs/_build
	@echo "The documentation: file://$(CURDIR)/docs/_build/index.html"

# The browserless page against Playwright's own suite, WPT and Chromium; writes conformance.json.
conformance: $(VENV)/.ready
	$(BIN)/python -m tests.conformance --json conformance.json

# Each requirement broken once in a copy of the tree: the tests that it names have to notice. ROWS="D3 D4" for some.
mutations: $(VENV)/.ready
	$(BIN)/python -m tests.mutations $(ROWS)

bench: $(VENV)/.ready
	$(BIN)/python -m benchmarks page

# The demo site by hand, with some data in it; PORT=8001 for another port.
serve: $(VENV)/.ready
	cd demo && $(BIN)/python manage.py migrate --no-input --verbosity 0
	cd demo && $(BIN)/python manage.py seed
	cd demo && DEBUG=1 SITE_URL=http://localhost:$(PORT) $(BIN)/python manage.py runserver 127.0.0.1:$(PORT)

clean:
	rm -rf $(VENV) journey-report conformance.json docs/_build .mypy_cache .ruff_cache .pytest_cache

# Two doors: `make` runs the default study, `make test` passes the tests. Each sets up .venv first.
# Needs Python 3.11 or newer and make; PYTHON=python3.12 make chooses another interpreter.

PYTHON ?= python3
VENV := .venv
READY := $(VENV)/.ready
BIN := $(VENV)/bin

.PHONY: all smoke kaplan2020 test check docs lock

all: $(READY)
	$(BIN)/scalinglaws runs
	@$(BIN)/scalinglaws unlock
	$(BIN)/snakemake --quiet host reason
	$(BIN)/snakemake --quiet host reason --report results/laptop/report.html
	@du -h results/laptop/report.html

smoke: $(READY)
	$(BIN)/scalinglaws runs --study smoke
	@$(BIN)/scalinglaws unlock
	$(BIN)/snakemake --quiet host reason --configfile config/smoke.yaml
	$(BIN)/snakemake --quiet host reason --configfile config/smoke.yaml --report results/smoke/report.html
	@du -h results/smoke/report.html

kaplan2020: $(READY)
	$(BIN)/snakemake kaplan2020 --quiet host reason
	$(BIN)/snakemake kaplan2020 --quiet host reason --report results/kaplan2020/report.html
	@du -h results/kaplan2020/report.html

test: $(READY)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow/rules

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "error: Python 3.11 or newer is needed; try PYTHON=python3.11 make"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps --editable .
	touch $@

docs: $(READY)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

# Write requirements.lock anew from the pins of pyproject.toml, in a fresh environment.
lock:
	rm -rf $(VENV).lock
	$(PYTHON) -m venv $(VENV).lock
	$(VENV).lock/bin/python -m pip install ".[dev]"
	{ sed -n '/^#/p' requirements.lock; $(VENV).lock/bin/python -m pip freeze \
		--exclude scalinglaws | sed -E 's/(\+[a-z0-9.]+)$$//' | LC_ALL=C sort -f; } > requirements.lock.new
	mv requirements.lock.new requirements.lock
	rm -rf $(VENV).lock

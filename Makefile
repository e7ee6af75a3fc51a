# Two doors: `make` runs the default study, `make test` passes the tests. Each sets up .venv first.
# Needs Python 3.11.5 or newer and make; PYTHON=python3.12 make chooses another interpreter.

PYTHON ?= python3
VENV := .venv
READY := $(VENV)/.ready
BIN := $(VENV)/bin

.PHONY: all smoke kaplan2020 test check docs licences lock

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
	@$(BIN)/coverage erase
	OMP_NUM_THREADS=1 $(BIN)/coverage run -m pytest -n auto --dist loadfile
	@$(BIN)/python .ci/covered.py

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow/rules

# Every file is held to its SHA-256. torch comes apart: given hashes, pip would pass over a CPU build
# in a local folder for the index's. That build, for NVIDIA GPUs, needs the second lock besides.
PIP := $(BIN)/python -m pip --disable-pip-version-check
$(READY): requirements.lock requirements-cuda.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11, 5))' || \
		{ echo "error: Python 3.11.5 or newer is needed; try PYTHON=python3.11 make"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) download --no-deps --dest $(VENV)/torch "$$(grep -o '^torch==[^ ]*' requirements.lock)"
	awk '/^[a-z]/ { torch = /^torch==/ } torch' requirements.lock > $(VENV)/torch/lock
	$(PIP) install --require-hashes --no-deps --no-index --find-links $(VENV)/torch -r $(VENV)/torch/lock
	rm -r $(VENV)/torch
	$(PIP) install --require-hashes --no-deps -r requirements.lock
	if $(PIP) show torch | grep -q '^Requires:.* cuda'; then \
		$(PIP) install --require-hashes --no-deps -r requirements-cuda.lock; fi
	$(PIP) install --no-deps --no-build-isolation --editable .
	$(PIP) check
	touch $@

docs: $(READY)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

# Write the page of licences anew, after `make lock` and a fresh .venv.
licences: $(READY)
	$(BIN)/python .ci/licences.py

# Write both locks anew from the pins of pyproject.toml.
lock:
	rm -rf $(VENV).lock
	$(PYTHON) -m venv $(VENV).lock
	$(VENV).lock/bin/python -m pip install uv==0.13.9
	$(VENV).lock/bin/python .ci/lock.py
	rm -rf $(VENV).lock

# make app     open the app in your browser, with the sample tables
# make test    lint, then the everyday tests, also in a browser (under six minutes on two cores)
# make test-all    lint, then all tests, with the slow ones (about twelve minutes)
# make lint    check style, import contracts and types only
# make docs    build the documentation site in build/site and check it; make docs-serve shows it while you write
# make package     build the wheel and the sdist in dist/, and check them in a fresh environment
# make bench   measure Nguyen-1 to 12 and the speed of the engine
# make benchmarks   list the commands of all benchmarks
# make pictures     take the README's pictures from the app
# make clean   remove the environment and caches; runs/ is kept
#
# The first call builds .venv from the pinned requirements (a few minutes, mostly PyTorch);
# later calls reuse it. Another interpreter: make app PYTHON=python3.12. Another port: make app PORT=8600.

PYTHON ?= python3
PORT ?= 8501
DOCS_PORT ?= 8600
WORKERS ?= 2
E2E_WORKERS ?= 2
RERUNS ?=
VENV := .venv
PY := $(VENV)/bin/python

# One thread per process: the matrices are small, and several libraries with a thread per core would compete for the cores.
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
export MKL_NUM_THREADS ?= 1

.PHONY: help app test test-slow test-all lint docs docs-serve package bench benchmarks pictures clean
.DELETE_ON_ERROR:

help:
	@sed -n 's/^# //p' Makefile | head -10

app: $(VENV)/app.done
	$(PY) -m streamlit run app.py --server.port=$(PORT) --server.showEmailPrompt=false

# Each worker of the browser tests has a server and a browser.
test: lint
	$(PY) -m pytest -n $(WORKERS) --dist worksteal -m "not e2e and not slow" $(ARGS)
	$(PY) -m pytest -n $(E2E_WORKERS) --dist worksteal -m "e2e and not slow" $(RERUNS) $(ARGS)

test-slow: $(VENV)/dev.done
	$(PY) -m pytest -n $(WORKERS) --dist worksteal -m "slow and not e2e" $(ARGS)
	$(PY) -m pytest -n $(E2E_WORKERS) --dist worksteal -m "slow and e2e" $(RERUNS) $(ARGS)

test-all: test test-slow

lint: $(VENV)/dev.done
	$(PY) -m ruff check .
	$(VENV)/bin/lint-imports --no-logo
	$(PY) -m mypy --num-workers $(WORKERS)

# The theme warns of MkDocs 2 at every build; requirements-docs.txt keeps the version that it works with.
docs docs-serve: export NO_MKDOCS_2_WARNING := 1

docs: $(VENV)/docs.done
	$(PY) -m mkdocs build --strict  # not with --quiet, which also silences what makes a build strict
	$(PY) docs/check_site.py build/site

docs-serve: $(VENV)/docs.done
	$(PY) -m mkdocs serve --livereload --dev-addr 127.0.0.1:$(DOCS_PORT) --watch README.md --watch xnet $(ARGS)

package: $(VENV)/dev.done
	$(PY) .ci/check_package.py $(ARGS)

bench: $(VENV)/dev.done
	$(PY) -m benchmarks.first $(ARGS)

benchmarks:  # phony, because a folder has the same name
	@sed -n 's/^| `python -m/  python -m/p' docs/benchmarks.md | sed 's/` | /  # /; s/ |$$//'

pictures: $(VENV)/dev.done
	$(PY) -m benchmarks.pictures $(ARGS)

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "X-Net needs Python 3.11 or newer; $(PYTHON) is `$(PYTHON) --version 2>&1`. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/app.done: requirements.txt | $(PY)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/dev.done: requirements-dev.txt requirements.txt | $(PY)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/app.done

$(VENV)/docs.done: requirements-docs.txt requirements-dev.txt requirements.txt | $(PY)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-docs.txt
	@touch $@

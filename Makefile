# Each target sets up .venv when it has to. Works with make 3.81 and in a folder with any name:
# recipes name relative paths only.

ARGS ?=
PYTEST = .venv/bin/pytest --numprocesses logical --maxprocesses 4 --dist loadfile \
	--no-loadscope-reorder
NO_BROWSER = The browser tests did not run: no Chromium or Chrome was found. \
	To run them, install one (Debian: apt install chromium), then run make test again.

.PHONY: help lab test check course doctor bench notebooks clean set-up-lab set-up-test static

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

lab: set-up-lab ## Open the course in JupyterLab (ARGS="--port 9000 dora-metrics")
	@exec .venv/bin/workbook lab $(ARGS)

test: static ## Check and test everything
	@if sh .ci/browser; then \
	    $(PYTEST); \
	else \
	    $(PYTEST) -m "not browser" && echo "$(NO_BROWSER)"; \
	fi

check: static ## The fast half of test: no notebook is run, no browser started
	@$(PYTEST) -m "not browser and not notebook"

course: set-up-lab ## Run every solved notebook and write build/course/index.html
	@.venv/bin/workbook course $(ARGS)

doctor: set-up-lab ## Check this computer; ARGS=--report prints a text to send to a trainer
	@.venv/bin/workbook doctor $(ARGS)

bench: set-up-test ## Measure
	@set -e; for bench in tests/benchmarks/bench_*.py; do .venv/bin/python "$$bench"; done

notebooks: set-up-lab ## Rebuild the notebooks from notebooks/source
	@.venv/bin/workbook notebooks

clean: ## Remove .venv, build and the caches; your notebooks and progress stay
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests -name __pycache__ -prune -exec rm -rf {} +

static: set-up-test
	@.venv/bin/workbook notebooks --check
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy

set-up-lab:
	@sh .ci/setup lab

set-up-test:
	@sh .ci/setup test

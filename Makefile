# What one can do here. `make` alone prints this list.
SHELL := /bin/bash
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help

# Byte code is kept: compiling the tests anew takes each process four seconds.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help run test heavy equality golden lint types imports rules prove difference
.PHONY: weakenings mutants check docs wheel pythons benchmark benchmarks clean

# Tests that need no tables and no solver, and tests of what a wheel must bring along: the data and the command line.
CORE := broken_profiles broken_rulebooks cases commands edges engines explanation help language laws lint open_answers \
	people prebuilt rulebook screen signing traps why words
PACKAGED := batch commands people rulebook web

# On all processors; tests of one file stay together, so that what they share is made once.
SPREAD := -n auto --dist worksteal

help:  ## print this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# durable_rules is compiled when it is installed; on Python 3.13 and later it needs this flag (see docs/architecture.md).
FLAGS := -DPyEval_CallObject=PyObject_CallObject
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check

$(VENV)/core: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	@CFLAGS="$(FLAGS)" CPPFLAGS="$(FLAGS)" $(PIP) --no-cache-dir --editable '.[durable]' 2>/dev/null || \
		echo "durable_rules cannot be compiled here: the reference engine serves, with the same answers."
	@touch $@

$(VENV)/installed: $(VENV)/core
	$(PIP) --editable '.[dev]'
	@touch $@

run: $(VENV)/core  ## set up, and assess the example person
	$(BIN)/recommender assess --t-score -3.9 --age 54

test: $(VENV)/installed  ## set up, and run the tests
	$(BIN)/python -m pytest $(SPREAD)

heavy: $(VENV)/installed  ## run the tests that take longer, and the laws on all examples
	$(BIN)/python -m pytest $(SPREAD) -m "heavy or hypothesis"

equality: $(VENV)/installed  ## tables, durable_rules and the reference give the same answers (PEOPLE=1000000)
	$(BIN)/python -m pytest -q $(SPREAD) -m heavy tests/test_equality.py

golden: $(VENV)/installed  ## write the whole answers to twenty people anew; `git diff tests/golden` shows what changed
	$(BIN)/python -m pytest -q tests/test_golden.py --renew-golden

lint: $(VENV)/installed  ## style of the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/installed  ## types, strictly
	$(BIN)/mypy

imports: $(VENV)/installed  ## imports go one way
	$(BIN)/lint-imports

rules: $(VENV)/installed  ## check the rulebook, and run its cases and the evidence's table
	$(BIN)/recommender rules check
	$(BIN)/recommender rules test

prove: $(VENV)/installed  ## show the laws of the rulebook for every possible person
	$(BIN)/recommender rules prove

difference: $(VENV)/installed  ## what the rules of this tree do that those of the last commit did not
	.ci/difference $(BIN)/recommender

weakenings: $(VENV)/installed  ## weaken the rules on purpose: what notices?
	$(BIN)/python -m tests.weakening 36

mutants: $(VENV)/installed  ## change the program itself on purpose: what notices? (COUNT=60 SEED=1)
	$(BIN)/python -m tests.mutants $(or $(COUNT),60) --seed $(or $(SEED),1)

check: lint types imports rules prove difference test  ## everything to do before a commit

docs: $(VENV)/installed  ## build the documentation as a site, in site/ (open site/index.html)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

wheel: $(VENV)/installed  ## build the wheel, and run the tests of what it must bring along against it
	rm -rf dist .venv-wheel
	$(BIN)/python -m build --wheel --outdir dist .
	$(BIN)/python -m venv .venv-wheel
	.venv-wheel/bin/python -m pip install --quiet --disable-pip-version-check "$$(ls dist/*.whl)[test]"
	.venv-wheel/bin/python -P -c "import recommender, sys; sys.exit('site-packages' not in recommender.__file__)"
	.venv-wheel/bin/pytest $(SPREAD) $(PACKAGED:%=tests/test_%.py)
	.venv-wheel/bin/recommender --version

pythons: $(VENV)/installed  ## run the tests of the core on every other Python from 3.11 to 3.14 that is here
	.ci/pythons $(BIN)/python $(CORE:%=tests/test_%.py)

benchmark: $(VENV)/installed  ## how long one answer takes, beside importing click and yaml
	$(BIN)/python benchmarks/startup.py

$(VENV)/benchmarks: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[benchmarks]'
	@touch $@

benchmarks: $(VENV)/benchmarks  ## what a cohort costs, beside plain copying and other engines; how long the desk lets one wait
	$(BIN)/python -m benchmarks.cohort
	$(BIN)/python -m benchmarks.rivals
	$(BIN)/python -m benchmarks.growth
	$(BIN)/python -m benchmarks.desk

clean:  ## remove what was made here
	rm -rf $(VENV) .venv-* dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# The same commands for a person and for CI. A target sets up what it needs by itself: the Python packages in .venv,
# the system's packages through conf/install-apt.sh. A stamp in .venv says that this is done until its list changes.

PYTHON ?= python3
BIN := .venv/bin
PACKAGES := setup.cfg pyproject.toml conf/constraints.txt
SYSTEM := conf/apt.txt conf/install-apt.sh
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint conf/constraints.txt

.DEFAULT_GOAL := html
.NOTPARALLEL:
.PHONY: html pdf epub slides notebooks site serve check run sync why test calibrate lint bench screenshots doctor clean help

html: .venv/.book  ## the web site: build/html/index.html
	$(BIN)/nbpress build html

pdf: .venv/.system-pdf .venv/.book  ## the printed book: build/pdf/
	$(BIN)/nbpress build pdf

epub: .venv/.book  ## the book for e-readers: build/epub/
	$(BIN)/nbpress build epub

slides: .venv/.book  ## a deck of slides for each page: build/slides/index.html
	$(BIN)/nbpress build slides

notebooks: .venv/.book  ## what readers run: build/notebooks/
	$(BIN)/nbpress build notebooks

site: .venv/.system-pdf .venv/.book  ## all of these in one folder, for a web server: build/site/
	$(BIN)/nbpress build site

serve: .venv/.book  ## the book in the browser, each page as soon as it is saved
	$(BIN)/nbpress serve --open

check: .venv/.book  ## look for everything that is wrong with the book; execute nothing
	$(BIN)/nbpress check

run: .venv/.book  ## execute the pages that changed
	$(BIN)/nbpress run

sync: .venv/.book  ## carry the code that notebooks save into src/
	$(BIN)/nbpress sync

why: .venv/.book  ## what would be executed, and what exactly changed
	$(BIN)/nbpress why

test: .venv/.system-test lint  ## lint, then all tests, and whether they cover the library
	$(BIN)/pytest --numprocesses auto --cov

calibrate: .venv/.test  ## train small models on the samples of data: minutes
	$(BIN)/pytest -m slow tests/handson/data/samples

lint: .venv/.test  ## ruff and mypy
	$(BIN)/ruff check
	$(BIN)/ruff format --check src tests conf
	$(BIN)/mypy

bench: .venv/.bench  ## how fast execution and printing are, side by side with other tools
	$(BIN)/python tests/bench/run.py

screenshots: .venv/.system-test .venv/.test html  ## the pictures of the site in the README
	$(BIN)/python tests/screenshots.py

doctor: .venv/.book  ## what is installed, what is missing, and how to get it
	$(BIN)/nbpress doctor

clean:  ## delete everything generated; .venv and the stored runs stay
	rm -rf build

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>/dev/null || echo not found)." >&2; \
	  echo "    next: make $(or $(MAKECMDGOALS),$(.DEFAULT_GOAL)) PYTHON=python3.12, or whatever it is called here" >&2; exit 2; }
	$(PYTHON) -m venv .venv

.venv/.book: $(PACKAGES) | $(BIN)/pip
	@echo "installing the book's Python packages into .venv (conf/constraints.txt); the first time this takes minutes …"
	@$(PIP) --editable '.[book]'
	@touch $@

.venv/.test: $(PACKAGES) | $(BIN)/pip
	@echo "installing the book's and the tests' Python packages into .venv (conf/constraints.txt); the first time this takes minutes …"
	@$(PIP) --editable '.[book,test]'
	@touch $@ .venv/.book

.venv/.bench: $(PACKAGES) | $(BIN)/pip
	@echo "installing the packages of the comparison into .venv …"
	@$(PIP) --editable '.[book,test,bench]'
	@touch $@ .venv/.book .venv/.test

.venv/.system-%: $(SYSTEM) | $(BIN)/pip
	@conf/install-apt.sh $*
	@touch $@

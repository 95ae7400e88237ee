# `make` alone lists what there is. Every target sets up what it needs in .venv.
VENV := .venv
PYTHON ?= python3
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# once, instead of by each of the processes that run the tests
COMPILE = $(BIN)/python -m compileall -q -j 2 schemas declarations gateways single_window simulators clients/python/single_window_client

.DEFAULT_GOAL := help
.PHONY: help run test coverage proofs short-proofs constraints lint chaos fuzz mutants simulate bench messages docs clients package engines clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

$(STAMP): setup.cfg pyproject.toml clients/python/pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; found " + sys.version.split()[0] + ". Try: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable clients/python --editable '.[docs,postgresql,test]'
	@touch $(STAMP)

run: $(STAMP) ## play synthetic imports, exports, a batch, a summary and refunds, then serve (ARGS=--exit to stop after them)
	$(BIN)/single-window demo $(ARGS)

test: $(STAMP) ## run all tests but the long ones (ARGS for pytest)
	@$(COMPILE)
	$(BIN)/python -m pytest $(ARGS)

coverage: $(STAMP) ## run all tests, the long ones too, and fail where they run less than 95 % of a package, branches included
	mkdir -p .coverage && rm -f .coverage/*
	SINGLE_WINDOW_TEST_SEEDS=128 $(BIN)/python -m pytest -m "long or not long" --cov --cov-config=setup.cfg --cov-report=term --cov-report=json:.coverage/report.json $(ARGS)
	$(BIN)/python -m tests.covered .coverage/report.json

short-proofs: $(STAMP) ## run those of the long tests that .ci/run runs, each way of working once (tests/short_proofs.txt; ARGS for pytest)
	@$(COMPILE)
	SINGLE_WINDOW_TEST_SEEDS=80 $(BIN)/python -m pytest -m long $(ARGS) $$(grep -v '^#' tests/short_proofs.txt)

proofs: $(STAMP) ## run the tests that take long and are left out of make test (ARGS for pytest)
	@$(COMPILE)
	$(BIN)/python -m pytest -m long $(ARGS)

lint: $(STAMP) ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

chaos: $(STAMP) ## kill, cut off and fill a window at work, and audit it (ARGS=--help tells how)
	$(BIN)/python -m tests.chaos $(ARGS)

fuzz: $(STAMP) ## throw hostile requests at a window at work, and audit it (ARGS=--help tells how)
	$(BIN)/python -m tests.hostile $(ARGS)

mutants: $(STAMP) ## plant faults one at a time in a copy of the tree, and tell which command names each (ARGS=--help tells how)
	$(BIN)/python -m tests.mutants $(ARGS)

simulate: $(STAMP) ## play deaths and outages in simulated time (ARGS="--seeds 5000", or "--wild --seed 4711" to look at one)
	$(BIN)/python -m tests.simulation $(ARGS)

bench: $(STAMP) ## measure, or compare two versions; ARGS=--list names the measures
	$(BIN)/python -m tools.bench $(ARGS)

messages: $(STAMP) ## write the schemas of our own messages, and their rows of fields.csv, from their tables
	$(BIN)/python -m tests.own_messages

docs: $(STAMP) ## build the documentation site, strictly; single-window docs shows it
	$(BIN)/single-window docs --build single_window/reference/html

clients: $(STAMP) ## release a trade with our client alone and with clients generated from the OpenAPI document, and test the shops of examples/ (ARGS=python_client: that generated client only)
	$(BIN)/python -m tests.clients $(ARGS)

package: $(STAMP) ## build wheel and source distribution in dist/, install each elsewhere and try it (after make docs: with the site; ARGS=--once: the window's wheel, by one trade)
	$(BIN)/python -m tests.packages $(ARGS)

constraints: ## write the newest versions that the project takes to .ci/constraints.txt, which .ci/run installs
	rm -rf .constraints && $(PYTHON) -m venv .constraints
	.constraints/bin/python -m pip install --quiet --disable-pip-version-check --editable clients/python --editable '.[docs,postgresql,test]' \
		poetry-core "$$($(PYTHON) -c 'from tests.clients.tools import PYTHON_TOOLS; print(PYTHON_TOOLS[0])')"
	{ echo '# The versions that .ci/run installs, so that another day changes nothing; renewed by make constraints.'; \
		.constraints/bin/python -m pip freeze --all --exclude-editable --exclude pip; } >.ci/constraints.txt
	rm -rf .constraints

engines: ## install (Debian, Ubuntu) and start RabbitMQ and PostgreSQL, for the tests that want them
	deploy/engines.sh

clean: ## remove the virtual environment and build products
	rm -rf $(VENV) build dist single_window/reference/html *.egg-info clients/python/build clients/python/*.egg-info .pytest_cache .mypy_cache .ruff_cache .coverage .clients

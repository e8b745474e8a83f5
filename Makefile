# Closeup. `make` alone lists the targets; `make run` and `make test` set everything up by themselves.
PYTHON ?= python3
CORPUS ?= corpus
OUTPUTS ?= outputs
WORKERS ?= 1
SIZES ?= 1000 10000
RUNS ?= 100000
BIN := .venv/bin
CLOSEUP := $(BIN)/closeup
# The fuzzer itself grows with every input: rounds, each a process of its own, go on from the same folder.
ROUND := 100000
FUZZ := $(BIN)/python tests/fuzz/fuzz.py -max_len=4096 -rss_limit_mb=4096 -artifact_prefix=.cache/
TRAIN := nice $(BIN)/python -m pipeline.training
GOLDEN := --gold "$(DATA)/gold/train" --texts "$(DATA)/texts/train"
OPTIONS := --corpus "$(CORPUS)" --outputs "$(OUTPUTS)" --workers $(WORKERS)
# Status 3 means "done, some input set aside": a success here.
ASIDE := || test $$? -eq 3

.DEFAULT_GOAL := help
.PHONY: help setup run ingest sections entities sentiment themes report verify test check stress bench fuzz train evaluate screenshots golden clean

help: ## List the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1|/' | awk -F'|' '{ printf "  make %-10s %s\n", $$1, $$2 }'

setup: .venv/ready ## Make the virtual environment (every other target does this by itself)

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "error: Python 3.11 or newer is needed\n  fix: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

run: .venv/ready ## Do it all: read corpus/, write tables and the report to outputs/
	@$(CLOSEUP) run $(OPTIONS) $(ASIDE)

ingest: .venv/ready ## Read the corpus: one row a review
	@$(CLOSEUP) ingest $(OPTIONS) $(ASIDE)

sections: ingest ## Cut reviews into sections and sentences; say what each is for
	@$(CLOSEUP) sections $(OPTIONS) $(ASIDE)

entities: sections ## Find names, the film, who made it and who plays whom
	@$(CLOSEUP) entities $(OPTIONS) $(ASIDE)

sentiment: entities ## Tell plot from opinion, praise from blame, and what is judged
	@$(CLOSEUP) sentiment $(OPTIONS) $(ASIDE)

themes: sentiment ## Find what each film is said to be about, on which words
	@$(CLOSEUP) themes $(OPTIONS) $(ASIDE)

report: themes ## Sum it up: tables for a first look, and pages to read
	@$(CLOSEUP) report $(OPTIONS) $(ASIDE)

verify: .venv/ready ## Read every source again and hold every row to it
	@$(CLOSEUP) verify --corpus "$(CORPUS)" --outputs "$(OUTPUTS)"

test: .venv/ready ## Run the test suite
	@$(BIN)/python -m pytest

check: .venv/ready ## What CI runs: format, lint, types, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

stress: .venv/ready ## Long tests: kills at 50 moments, volume, a cluster
	@$(BIN)/python -m pip install --quiet --editable ".[cluster,remote]" "moto[server]"
	@$(BIN)/python -m pytest tests/stress -v

bench: .venv/ready ## Measure ours beside what a user would write instead (SIZES="1000 10000")
	@$(BIN)/python tests/bench/bench.py --sizes $(SIZES)

fuzz: .venv/ready ## Odd bytes into every reader and through the pipeline (RUNS=100000)
	@$(BIN)/python -m pip install --quiet atheris
	@mkdir -p .cache/fuzz
	@for round in $$(seq $$((($(RUNS) + $(ROUND) - 1) / $(ROUND)))); do $(FUZZ) -atheris_runs=$$(($(RUNS) < $(ROUND) ? $(RUNS) : $(ROUND))) .cache/fuzz || exit 1; done

train: .venv/ready ## Make the weights again (DATA=folder of the sets, TEACHER=of a sentence encoder, SNAPSHOTS=of repositories)
	@test -d "$(DATA)" -a -d "$(TEACHER)" -a -d "$(SNAPSHOTS)" || { echo "error: make train needs DATA, TEACHER and SNAPSHOTS"; echo "  fix: see pipeline/training/README.md"; exit 2; }
	$(BIN)/python -m pip install --quiet --editable ".[train]"
	$(TRAIN).gazetteer --data "$(DATA)"
	$(TRAIN).names_films --data "$(DATA)" --snapshots "$(SNAPSHOTS)"
	$(TRAIN).names --data "$(DATA)" --epochs 1 1 --out "$(DATA)/names_first.npz"
	$(TRAIN).names --data "$(DATA)" --teacher "$(DATA)/names_first.npz" --broad "$(DATA)/names_broad.pt"
	$(TRAIN).people --data "$(DATA)"
	$(TRAIN).teacher --data "$(DATA)" --teacher "$(TEACHER)" $(GOLDEN) --out "$(DATA)/soft.npz"
	$(TRAIN).encoder --data "$(DATA)" --soft "$(DATA)/soft.npz"
	$(TRAIN).voice --data "$(DATA)" $(GOLDEN) --soft "$(DATA)/soft.npz"
	$(TRAIN).verdict --data "$(DATA)" $(GOLDEN)
	$(TRAIN).valence --data "$(DATA)" --teacher "$(TEACHER)"
	$(TRAIN).aspects --data "$(DATA)" --teacher "$(TEACHER)"
	$(TRAIN).theme_teacher --data "$(DATA)" --teacher "$(TEACHER)" --out "$(DATA)/heard.npz"
	$(TRAIN).themes --data "$(DATA)" --soft "$(DATA)/heard.npz"
	$(TRAIN).theme_scores --data "$(DATA)"

evaluate: .venv/ready ## Score outputs/ against labels (GOLD=folder or file)
	@$(CLOSEUP) evaluate "$(GOLD)" --outputs "$(OUTPUTS)"

screenshots: run ## Take the pictures of the README from outputs/report
	$(BIN)/python tests/browser/screenshots.py "$(OUTPUTS)/report" tests/browser/gallery run-2020

golden: .venv/ready ## Write again what tests compare with; then look at the difference
	$(BIN)/python tests/golden.py

clean: ## Remove what runs have written (but for corrections.csv), and the virtual environment
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find "$(OUTPUTS)" -mindepth 1 ! -name README.md ! -name corrections.csv -delete

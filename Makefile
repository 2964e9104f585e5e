# Every command a person needs; `make` alone lists them.
PYTHON ?= python3
SECONDS ?= 60
COUNT ?= 1000000
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SOURCES := streams tests bench deploy examples

.DEFAULT_GOAL := help
.PHONY: help install check format lint types unit test integration demo bench fuzz faults check-helpdesk rules dashboards contract clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## Make .venv with everything pinned in constraints.txt

$(STAMP): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "no $(PYTHON) here: install Python 3.11 or newer, or say make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$($(PYTHON) --version) is too old: install Python 3.11 or newer, or say make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) can't make virtual environments: install the package python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,examples]'
	@touch $@

check: format lint types unit ## Format, lint, types and unit tests, in under a minute

format: $(STAMP)
	$(BIN)/ruff format --check $(SOURCES)

lint: $(STAMP)
	$(BIN)/ruff check $(SOURCES)

types: $(STAMP)
	$(BIN)/mypy

unit: $(STAMP)
	$(BIN)/python -m pytest -n auto -m "not integration and not kafka"

test: check integration ## Everything: check, then the tests with a broker

integration: $(STAMP)
	$(BIN)/python -m pytest -v -m "integration or kafka"

demo: $(STAMP) ## A simulated shop, live in the terminal, for SECONDS (60)
	$(BIN)/cxstreams demo --seconds $(SECONDS)

bench: $(STAMP) ## Speed, recovery, memory and scrapes beside a bare drain and stock Faust; writes build/bench.json
	$(BIN)/python -m bench

fuzz: $(STAMP) ## A million mutated records through a worker's decoder and fold; COUNT=… SEED=… repeat
	$(BIN)/python -m tests.fuzz --count $(COUNT) $(if $(SEED),--seed $(SEED))

faults: $(STAMP) ## Workers, brokers, wires and clocks harmed; against an oracle; writes docs/reliability.md
	$(BIN)/python -m tests.faults

check-helpdesk: $(STAMP) ## A help desk's promises in a replay of LOG=… against tables of their own
	@$(BIN)/python -m tests.helpdesk_check "$(LOG)"

rules: $(STAMP) ## Prometheus rules, written anew: built-in policy, Compose's links, Kubernetes' policy
	$(BIN)/cxstreams rules --out deploy/prometheus/rules
	$(BIN)/cxstreams rules --out deploy/prometheus/loopback --runbooks http://127.0.0.1:3000/public/runbooks/ --grafana http://127.0.0.1:3000
	$(BIN)/cxstreams rules --out deploy/kubernetes --operator kube-prometheus-stack --policy deploy/kubernetes/policy.toml --runbooks https://docs.example.com/cx-streams/runbooks/ --grafana https://grafana.example.com

dashboards: $(STAMP) ## Grafana's dashboards, written anew from their code
	$(BIN)/python -m deploy.grafana.source

contract: $(STAMP) ## The topics' contract, docs/asyncapi.yaml, written anew
	$(BIN)/cxstreams asyncapi --out docs/asyncapi.yaml

clean: ## Remove .venv, build/ and caches
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

# samdrift: what a centre engineer runs. `make help` is written from the comments behind the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:

PYTHON ?= python3.11
PYTHON := $(shell command -v $(PYTHON) || command -v python3)
BIN := .venv/bin
SAMDRIFT := $(BIN)/samdrift

# INVENTORY= folder, SELECT= selection, PLAN= file, KEY= signing key, PURPOSE= of an approval, KEEP=1 leaves the demo running.
INVENTORY ?= examples/norddjurs
SELECT ?=
PLAN ?= .samdrift/plan.json
KEY ?=
PURPOSE ?= apply
KEEP ?=
TESTS ?= tests
JOBS ?= 2
SEED ?= 1
POINTS ?= 20
CHANGES ?= 0
ONLY ?=
TOWN ?= norddjurs
DATE ?= $(shell date +%F)
OUTPUT ?= .samdrift/evidence
selected := $(if $(SELECT),--select "$(SELECT)")

.PHONY: help
help: ## list the targets
	@awk -F':.*## ' '/^## /{printf "\n%s\n", substr($$0, 4)} /^[a-z-]+:.*## /{printf "  %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

## The two commands
.PHONY: demo demo-stop test
demo: setup ## take one municipality over, end to end, on this machine (KEEP=1 leaves it running)
	@exec $(BIN)/python -m demo $(if $(KEEP),--keep)

demo-stop: setup ## stop what a demo with KEEP=1 left running
	@$(BIN)/python -m demo --stop

test: setup ## pass every test (TESTS= a folder or file, JOBS= at once)
	@$(BIN)/pytest -n $(JOBS) --dist loadfile $(TESTS)

## Set-up and checks
.PHONY: setup check lint types imports demo-kills fault-run mutants bench-inventory bench-devices bench-twins bench-compliance nautobot-check reference format clean
setup: ## install what this checkout needs; silent when nothing is to do
	@$(PYTHON) -m bootstrap

check: lint types imports test ## lint, types, import contract and tests

lint: setup ## ruff: rules and format
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: setup ## mypy, strict
	@$(BIN)/mypy

imports: setup ## the arrows between the rooms
	@$(BIN)/lint-imports

demo-kills: setup ## kill the demo at stage boundaries and POINTS= seeded moments (SEED=); each next run cleans up
	@PYTHONPATH=. $(BIN)/python tests/demo/kill_run.py --seed $(SEED) --points $(POINTS)

fault-run: setup ## change twins while something goes wrong (SEED= CHANGES=, 0 is all 8,140; ONLY= repeats one)
	@PYTHONPATH=. $(BIN)/python -m tests.fault_run.run --seed $(SEED) --changes $(CHANGES) $(if $(ONLY),--only $(ONLY))

mutants: setup ## plant small faults in a copy; a named test must fail for each
	@$(BIN)/python tests/mutants/run.py

bench-inventory: setup ## measure check, generation and selection from 1 to 98 municipalities
	@$(BIN)/python -m benchmarks.inventory_scale
	@$(BIN)/python -m benchmarks.generate_national_inventory
	@$(BIN)/python -m benchmarks.select_and_complete

bench-devices: setup ## measure runs over 200 twins beside a NAPALM pool and nornir-napalm, and 10 to 1,000 devices
	@PYTHONPATH=. $(BIN)/python -m benchmarks.device_runs

bench-twins: setup ## start 1,000 twins and measure them
	@$(BIN)/python -m benchmarks.twin_scale

bench-compliance: setup ## judge the invented configurations of the country, beside netutils
	@PYTHONPATH=. $(BIN)/python -m benchmarks.compliance_estate

nautobot-check: setup ## check the import on a real Nautobot with 2,000 devices, set up and stopped here (15-25 minutes)
	@$(BIN)/python -m bootstrap.nautobot && $(BIN)/pytest -s -x tests/nautobot/real_server_check.py

reference: setup ## write docs/reference and the example's schemas anew from the models
	@$(SAMDRIFT) inventory reference --write docs/reference/inventory.md
	@$(SAMDRIFT) inventory schema --write examples/norddjurs

format: setup ## write the code in its one form
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

clean: ## remove what set-up and runs made in this folder
	@rm -rf .venv .samdrift build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

## A takeover, step by step
.PHONY: inventory-check inventory-national collect backup drift watch evidence harden-plan harden rehome-plan rehome mirror-plan mirror approve preview up wave-plan seed cutover status journal serve
inventory-check: setup ## check the inventory (INVENTORY=)
	@$(SAMDRIFT) inventory check $(INVENTORY)

inventory-national: setup ## write an invented national inventory and check it (SEED=)
	@rm -rf .samdrift/national && $(SAMDRIFT) inventory generate --seed $(SEED) --output .samdrift/national
	@$(SAMDRIFT) inventory check .samdrift/national

collect: setup ## collect and judge configurations (INVENTORY= SELECT=)
	@SAMDRIFT_INVENTORY=$(INVENTORY) $(SAMDRIFT) devices collect $(selected)

backup: setup ## collect configurations and keep them, sealed (INVENTORY= SELECT=)
	@SAMDRIFT_INVENTORY=$(INVENTORY) $(SAMDRIFT) backup collect $(selected)

drift: setup ## show what changed since the last approved configuration (INVENTORY= SELECT=)
	@SAMDRIFT_INVENTORY=$(INVENTORY) $(SAMDRIFT) devices drift $(selected)

watch: setup ## collect on a schedule and tell what nobody approved (INVENTORY=; Ctrl-C ends it)
	@SAMDRIFT_INVENTORY=$(INVENTORY) $(SAMDRIFT) watch

evidence: setup ## write signed evidence for an auditor (INVENTORY= TOWN= DATE= KEY= OUTPUT=)
	@SAMDRIFT_INVENTORY=$(INVENTORY) $(SAMDRIFT) evidence export --municipality $(TOWN) --date $(DATE) --output $(OUTPUT) --key $(KEY)

harden-plan: setup ## let the devices compute what hardening would change (INVENTORY= SELECT= PLAN=)
	@SAMDRIFT_INVENTORY=$(INVENTORY) $(SAMDRIFT) harden plan $(selected) --output $(PLAN)

harden: setup ## apply an approved hardening plan (INVENTORY= PLAN=)
	@SAMDRIFT_INVENTORY=$(INVENTORY) $(SAMDRIFT) harden apply --plan $(PLAN)

rehome-plan: setup ## plan that devices are managed from the centre (INVENTORY= SELECT= PLAN=)
	@SAMDRIFT_INVENTORY=$(INVENTORY) $(SAMDRIFT) rehome plan $(selected) --output $(PLAN)

rehome: setup ## apply an approved plan of re-homing (INVENTORY= PLAN=)
	@SAMDRIFT_INVENTORY=$(INVENTORY) $(SAMDRIFT) rehome apply --plan $(PLAN)

mirror-plan: setup ## plan the mirror sessions that feed the sensors (INVENTORY= SELECT= PLAN=)
	@SAMDRIFT_INVENTORY=$(INVENTORY) $(SAMDRIFT) mirror plan $(selected) --output $(PLAN)

mirror: setup ## apply an approved plan of mirrors (INVENTORY= PLAN=)
	@SAMDRIFT_INVENTORY=$(INVENTORY) $(SAMDRIFT) mirror apply --plan $(PLAN)

approve: setup ## sign a plan (PLAN= KEY= PURPOSE=apply|wave-plan|cutover)
	@SAMDRIFT_INVENTORY=$(INVENTORY) $(SAMDRIFT) plan approve $(PLAN) --purpose $(PURPOSE) --key $(KEY)

preview: setup ## show what building the landing zone would change (INVENTORY= PLAN=)
	@SAMDRIFT_INVENTORY=$(INVENTORY) $(SAMDRIFT) stack preview --output $(PLAN)

up: setup ## build the approved landing zone (INVENTORY= PLAN=)
	@SAMDRIFT_INVENTORY=$(INVENTORY) $(SAMDRIFT) stack up --plan $(PLAN)

wave-plan: setup ## plan a wave of servers (INVENTORY= SELECT= PLAN=)
	@SAMDRIFT_INVENTORY=$(INVENTORY) $(SAMDRIFT) wave plan $(selected) --output $(PLAN)

seed: setup ## copy an approved wave while its servers run (INVENTORY= PLAN=)
	@SAMDRIFT_INVENTORY=$(INVENTORY) $(SAMDRIFT) wave seed --plan $(PLAN)

cutover: setup ## move an approved wave over, or go back (INVENTORY= PLAN=)
	@SAMDRIFT_INVENTORY=$(INVENTORY) $(SAMDRIFT) wave cutover --plan $(PLAN)

status: setup ## show where everything stands (INVENTORY=)
	@SAMDRIFT_INVENTORY=$(INVENTORY) $(SAMDRIFT) status

journal: setup ## verify the journal and show its end (INVENTORY=)
	@SAMDRIFT_INVENTORY=$(INVENTORY) $(SAMDRIFT) journal verify

serve: setup ## run the status service and its page (INVENTORY=)
	@SAMDRIFT_INVENTORY=$(INVENTORY) $(SAMDRIFT) serve

# Targets; `make help` lists them. Everything a target needs is installed by it.
.DEFAULT_GOAL := help
UV := .tools/uv/bin/uv
RUN := $(UV) run --frozen --all-groups
# What a run needs and no more: tests also install browsers and Node.
RUN_LAPTOP := $(UV) run --frozen --no-default-groups --group local --group cli
# The certificates of this machine count, those of a company too; pip takes them from there anyway.
export UV_SYSTEM_CERTS ?= true
# Python comes from this machine or not at all; which one, is said below.
export UV_PYTHON_DOWNLOADS ?= never
export SAM_CLI_TELEMETRY := 0
# Tests and their many child processes start on byte code that was compiled before.
unexport PYTHONDONTWRITEBYTECODE
# Lambda cannot write byte code beside read-only layers; shipped with it, cold starts are 3x shorter.
CONNECTOR := .aws-sam/build/ConnectorLayer
STAGE := default
LOCKED := layers/dependencies/requirements.txt
SAM := $(UV) tool run --quiet --python 3.13 --from aws-sam-cli==1.170.0 sam

# Made beside and moved in one step, so that two first runs at once do not meet in the middle.
$(UV):
	@python=$$(command -v python3.13 || command -v python3); \
	"$$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null || \
		{ echo "install Python 3.13: here is $$("$$python" --version 2>/dev/null || echo none)"; exit 1; }; \
	mkdir -p .tools/uv/bin && "$$python" -m venv .tools/new-$$$$ && \
	.tools/new-$$$$/bin/pip install --quiet --disable-pip-version-check uv==0.13.9 && \
	mv -f .tools/new-$$$$/bin/uv $(UV) && rm -rf .tools/new-$$$$

.PHONY: help install run test crash fuzz mutants lint audit sbom check format build bench cost crowd deploy sandbox screenshots clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(UV)  ## install everything, also the command line: .venv/bin/mobiwork-quickbooks --help
	@$(UV) sync --frozen --all-groups

run: $(UV)  ## bring up the connector and both simulators, sync a sample company (ARGS=--once to exit)
	@$(RUN_LAPTOP) python -m local run $(ARGS)

# Three processes on two cores: what some wait for is time for others (tests/scheduling.py).
test: $(UV)  ## run the tests (ARGS are handed to pytest)
	@$(RUN) pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

crash: $(UV)  ## kill, fail and crowd every flow and count what is there in the end (20 minutes)
	@$(RUN) pytest tests/crash -q -n 4 --dist worksteal -m "not sandbox" $(ARGS)

fuzz: $(UV)  ## fuzz the API of the laptop over HTTP by its own description (FUZZ_EXAMPLES=20; FUZZ_SEED=1 for others)
	@$(RUN) pytest -q -m full -p no:cacheprovider tests/e2e/test_api_fuzzed.py $(ARGS)

mutants: $(UV)  ## change the code and see that a test notices (ARGS: engine, create, add, store)
	@$(RUN) --with mutmut==3.8.1 python -m tests.mutation $(ARGS)

lint: $(UV)  ## format check, lint, types, template
	@$(RUN) ruff format --check
	@$(RUN) ruff check
	@$(RUN) mypy
	@$(SAM) validate --lint

audit: $(UV)  ## look for known weaknesses in what is deployed, for licences, and at the template
	@$(RUN) --with pip-licenses==5.5.5 pip-licenses --from=mixed --packages $$(sed -nE 's/^([a-z0-9-]+)==.*/\1/p' $(LOCKED))
	@$(UV) tool run --quiet --python 3.13 --from cfn-lint==1.58.0 cfn-lint --include-checks I E W -- template.yaml
	@$(UV) tool run --quiet --python 3.13 --from checkov==3.3.30 checkov --quiet --compact --skip-download --config-file .checkov.yaml -f template.yaml
	@$(UV) tool run --quiet --python 3.13 --from pip-audit==2.10.1 pip-audit --strict --require-hashes --disable-pip --progress-spinner off -r $(LOCKED)

sbom: $(UV)  ## list what is deployed as CycloneDX, with hashes: .aws-sam/sbom.cdx.json
	@mkdir -p .aws-sam
	@$(UV) tool run --quiet --python 3.13 --from cyclonedx-bom==7.5.0 cyclonedx-py requirements $(LOCKED) --output-file .aws-sam/sbom.cdx.json

check: lint test  ## all that must be true before a commit: lint and test

format: $(UV)  ## format and fix what can be fixed
	@$(RUN) ruff format
	@$(RUN) ruff check --fix

build: $(UV)  ## build the deployment artifacts without Docker and import every function from them
	@PATH="$(CURDIR)/$(dir $(UV)):$$(dirname $$($(UV) python find --system)):$$PATH" $(SAM) build
	@$(RUN) python -m local.lean_layer
	@$(RUN) python -m compileall -q --invalidation-mode unchecked-hash $(CONNECTOR)
	@$(RUN) python -m local.built

bench: $(UV)  ## measure speed, memory and metered calls against limits (ARGS: creates, queries, mobiwork)
	@$(RUN) python -m bench.simulator_speed $(ARGS)
	@$(if $(ARGS),,PYTHONPATH=layers/connector $(RUN) python -m bench.webhooks)
	@$(if $(ARGS),,PYTHONPATH=layers/connector $(RUN) python -m bench.first_pull)
	@$(if $(ARGS),,PYTHONPATH=layers/connector $(RUN) python -m bench.review)
	@$(if $(ARGS),,PYTHONPATH=layers/connector POWERTOOLS_LOG_LEVEL=ERROR $(RUN) python -m bench.record_cost)
	@$(if $(ARGS),,PYTHONPATH=layers/connector $(RUN) python -m bench.body_cost)
	@$(if $(ARGS),,PYTHONPATH=layers/connector POWERTOOLS_LOG_LEVEL=ERROR $(RUN) python -m bench.month)

cost: $(UV)  ## count and price a month of 1,000 connections (ARGS="small 24"; an hour for all)
	@PYTHONPATH=layers/connector $(RUN) --with time-machine==2.19.0 python -m bench.cost $(ARGS)

crowd: $(UV)  ## let 1,000 connections be due at once, on a clock of its own
	@PYTHONPATH=layers/connector $(RUN) python -m bench.crowd

deploy: build  ## build and deploy, asking for each parameter (STAGE=staging; ARGS=--no-fail-on-empty-changeset asks nothing)
	@$(SAM) deploy --config-env $(STAGE) $(or $(ARGS),--guided)

sandbox: $(UV)  ## ask a real sandbox company and MobiWork account what can be asked reading only
	@PYTHONPATH=layers/connector $(RUN) python -m sandbox $(ARGS)

screenshots: $(UV)  ## take every page of the console: light, dark, on a phone (ARGS=folder)
	@PYTHONPATH=layers/connector $(RUN) python -m tests.e2e.screenshots $(ARGS)

clean:  ## remove what was installed, built or stored here
	@rm -rf .aws-sam .venv .tools .run .mutants .mypy_cache .pytest_cache .ruff_cache .hypothesis .screenshots
	@find . -name .git -prune -o \( -name __pycache__ -o -name node_modules \) -type d -prune -exec rm -rf {} +

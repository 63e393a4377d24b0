# Targets; `make help` lists them. Everything a target needs is installed by it.
.DEFAULT_GOAL := help
UV := .tools/uv/bin/uv
RUN := $(UV) run --frozen --all-groups
SAM := $(UV) tool run --quiet --python 3.13 --from aws-sam-cli==1.170.0 sam

$(UV):
	@python3 -m venv .tools/uv && .tools/uv/bin/pip install --quiet --disable-pip-version-check uv==0.13.9

.PHONY: help run test check format build clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(UV)  ## bring up the connector and both simulators, sync a sample company (ARGS=--once to exit)
	@$(RUN) python -m local run $(ARGS)

test: $(UV)  ## run the tests (ARGS are handed to pytest)
	@$(RUN) pytest $(ARGS)

check: $(UV)  ## format check, lint, types, template, tests: what CI runs
	@$(RUN) ruff format --check
	@$(RUN) ruff check
	@$(RUN) mypy
	@$(SAM) validate --lint
	@$(RUN) pytest

format: $(UV)  ## format and fix what can be fixed
	@$(RUN) ruff format
	@$(RUN) ruff check --fix

build: $(UV)  ## build the deployment artifacts without Docker
	@$(SAM) build

clean:  ## remove what was built or stored locally
	@rm -rf .aws-sam .run .mypy_cache .pytest_cache .ruff_cache .hypothesis

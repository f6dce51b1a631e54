# What each target does: make help
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := $(CURDIR)/.venv/bin
export PATH := $(VENV):$(PATH)
export PYTHONPATH := $(CURDIR)/tools
# What Python compiles is kept, where the environment forbids it, too: each of the many processes would compile it anew.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/.ansible/bytecode
LAB := $(VENV)/python -m lab
MACHINE ?= client

.PHONY: help setup lab matrix article lab-shell explain twin lab-down check lint sanity test troubleshooting export-schema probe-schema docs ftp-probe bench bench-runner bench-servers bench-probe bench-integrity bench-hostile bench-reach bench-clients bench-census bench-exporter bench-interrupted bench-mutations exact clean

help: ## Show this
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 26

setup: ## Make .venv with the pinned toolchain (the other targets do it by themselves)
	@tools/setup.sh

lab: setup ## Start the NAT lab, do the main job on real parts in it, and leave it running
	@$(LAB) up

matrix: setup ## Every server x situation x mode x protection in the lab (SERVER=proftpd,vsftpd SITUATION=hairpin; LIST=1 lists the situations)
	@PYTHONPATH=$(PYTHONPATH):.ansible/collections python -m matrix \
		$(if $(SERVER),--server $(SERVER)) $(if $(SITUATION),--situation $(SITUATION)) $(if $(LIST),--list)

article: setup ## Record and draw the pictures of docs/active_and_passive.md anew, in the lab of the matrix (PICTURE=hairpin; DRAW=1 only draws)
	@PYTHONPATH=$(PYTHONPATH):.ansible/collections python -m article $(if $(DRAW),--draw) $(PICTURE)

lab-shell: setup ## Open a shell in the running lab (MACHINE=client; mx, server13, lanclient, homeclient, ...)
	@$(LAB) shell $(MACHINE)

explain: setup ## Show a problem and its fix in the running lab (PROBLEM=private-address-announced; without it, list them; PROBLEM=all)
	@PYTHONPATH=$(PYTHONPATH):.ansible/collections python -m gallery $(PROBLEM)

twin: setup ## As root: what works at a real MX today, and after the change that an inventory plans (EXPORT=head-office.json INVENTORY=inventory.yml; SERVERS=roles)
	@PYTHONPATH=$(PYTHONPATH):.ansible/collections:roles/mx_emulator/files:roles/pyftpdlib/files tools/as_root.sh \
		$(VENV)/python -m twin "$(EXPORT)" "$(INVENTORY)" $(if $(SERVERS),--servers $(SERVERS))

bench-clients: setup ## In the lab of the matrix: real clients in each mode and TLS, beside what client_oracle foretells (CLIENT=curl,lftp SERVER=vsftpd SITUATION=hairpin; LIST=1)
	@PYTHONPATH=$(PYTHONPATH):.ansible/collections python -m clients $(if $(CLIENT),--client "$(CLIENT)") \
		$(if $(SERVER),--server $(SERVER)) $(if $(SITUATION),--situation $(SITUATION)) $(if $(LIST),--list)

lab-down: setup ## Remove everything that make lab has started
	@$(LAB) down && MXLAB_LAB=-2 $(LAB) down

check: setup ## The fast loop: unit tests, and lint of what has changed, side by side; it says what it leaves to make test
	@python tools/checks.py check

lint: setup ## ansible-lint, mypy, yamllint, shellcheck, ruff and antsibull-changelog, side by side, over all files
	@python tools/checks.py lint

sanity: setup ## ansible-test sanity of the collection as installed from its tarball
	@python -c 'from lab import collection; collection.install()'
	@tools/sanity.sh

test: setup ## Everything: lint, unit, sanity, every Molecule scenario; takes the lab down first and afterwards
	@tools/test.sh

troubleshooting: setup ## Write TROUBLESHOOTING.md and docs/ja/troubleshooting.md anew from the tables of causes and docs/ja/causes.yml
	@PYTHONPATH=.ansible/collections python tools/troubleshooting.py
	@PYTHONPATH=.ansible/collections python tools/troubleshooting_ja.py

export-schema: setup ## Write docs/export.schema.json anew from the table of parts of an export
	@PYTHONPATH=.ansible/collections python tools/export_schema.py

docs: setup ## Build the documentation site in build/docs/html; a warning is an error
	@PYTHONPATH=$(PYTHONPATH):.ansible/collections python -m docsite

probe-schema: setup ## Write docs/probe.schema.json anew from the documentation of ftp_probe and the shapes that reports require
	@PYTHONPATH=.ansible/collections python tools/probe_schema.py

ftp-probe: setup ## Build the probe for people without Ansible: build/ftp-probe.pyz, one file for Python 3.9 or newer, and its man page
	@PYTHONPATH=.ansible/collections:tools/standalone python tools/standalone/build_probe.py build

bench: setup ## Requests and time for 1, 50 and 500 networks, against the emulator (8 minutes; 20 with cisco.meraki)
	@python tests/bench/rules.py

bench-runner: setup ## ansible-runner over 500 networks, against the emulator: one job, and 2, 4 and 10 slices at the same time (40 minutes)
	@python tests/bench/runner.py

bench-servers: lab ## In the lab: each server with a full range, and under load (some 5 minutes a server)
	@. .lab/env && PYTHONPATH=.ansible/collections python tests/bench/servers.py

bench-probe: lab ## In the lab: how long the probe takes, beside curl, and for a server that is dead (2 minutes)
	@. .lab/env && PYTHONPATH=.ansible/collections python tests/bench/probe.py

bench-census: lab ## In the lab: what the census foretells of planned changes, beside what real clients then meet (an hour; SERVER=vsftpd CHANGE=reuse CLIENT=curl,lftp)
	@. .lab/env && PYTHONPATH=$(PYTHONPATH):.ansible/collections python tests/bench/census.py $(if $(SERVER),--server $(SERVER)) \
		$(if $(CHANGE),--change $(CHANGE)) $(if $(CLIENT),--client "$(CLIENT)")

bench-integrity: lab ## In the lab: 200 uploads for each server, client, TLS version and mode; is what was acknowledged there?
	@. .lab/env && PYTHONPATH=.ansible/collections python tests/bench/integrity.py

bench-mutations: setup ## In the lab: 27 broken rules, role variables and lines of the emulator; make matrix has to see each in exactly its own cells (10 minutes)
	@PYTHONPATH=$(PYTHONPATH):.ansible/collections python tests/bench/mutations.py

bench-hostile: setup ## As root: what some 160 hostile servers do to the probe, in a network namespace without a way out
	@PYTHONPATH=.ansible/collections:tests/faults python tests/bench/hostile.py

exact: setup ## As root: mx_reach against packets by every class of packets of the exports, each rule changed in every way (2 minutes)
	@MXLAB_EXACT_EACH=1 pytest tests/differential/test_exact.py

bench-exporter: setup ## 1,000 FTP servers on loopback scraped through ftp-probe serve, twice (TARGETS=1000 PERIOD=60; 2 minutes)
	@TARGETS=$(TARGETS) PERIOD=$(PERIOD) python tests/bench/exporter.py

bench-reach: setup ## How the cost of judging grows with rules, endpoints and networks: CPU and memory (a minute)
	@python tests/bench/reach.py

bench-interrupted: setup ## As root: ten labs killed with SIGKILL at random moments; what is left after make lab-down? (10 minutes)
	@python tests/bench/interrupted.py

.PHONY: cores release-check
cores: setup ## The tarball with each supported ansible-core: documentation, playbooks and unit tests (CORE=2.17 for one)
	@nox --session $(if $(CORE),"core($(CORE))",core)

release-check: setup ## All that a release needs: version and changelog, tarball, zipapp, site, samples, importer, each supported ansible-core, the tutorials in the lab
	@python -m release

clean: lab-down ## Take the lab down and remove the cached images
	@$(LAB) clean

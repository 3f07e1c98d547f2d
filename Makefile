# The two commands: make run · make test. Everything they need they install themselves; see README.md.
PYTHON ?= python3
VENV = .venv/bin
THROWN_AWAY = check-only-$$(head -c 40 /dev/urandom | od -An -tx1 | tr -d ' \n')
export PYTHONDONTWRITEBYTECODE =  # compiled once, in __pycache__: two halves, their workers and each program they start

.PHONY: run prepare bundle test test-fast check lock security bench shots draw messages prepare-tests

run:  ## start the system with demonstration data on 127.0.0.1:8000
	@$(PYTHON) qingyang_inspect/launch.py run

test: prepare-tests  ## the whole suite on SQLite, then what asks a database on PostgreSQL
	@$(VENV)/python tests/run_all.py

test-fast: prepare-tests  ## the inner loop: SQLite, without browser and slow tests; the slowest twenty are printed
	@$(VENV)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --durations 20 -m "not slow and not browser and not office"

prepare:  ## install what running needs, without starting
	@$(PYTHON) qingyang_inspect/launch.py prepare

bundle:  ## pack everything for a machine without internet: var/qy-offline.tar.gz
	@$(PYTHON) qingyang_inspect/launch.py bundle

prepare-tests:
	@$(PYTHON) qingyang_inspect/launch.py prepare-tests

check: prepare-tests  ## what CI checks besides the tests
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy .
	$(VENV)/djlint templates --lint --quiet
	$(VENV)/lint-imports
	SECRET_KEY=$(THROWN_AWAY) TRAIL_KEY=$(THROWN_AWAY) $(VENV)/python manage.py makemigrations --check --dry-run
	SECRET_KEY=$(THROWN_AWAY) TRAIL_KEY=$(THROWN_AWAY) $(VENV)/python manage.py check --deploy --fail-level WARNING

security: prepare  ## source, packages, SBOM, and wapiti as three roles (docs/security.md); needs the network for its own tools
	@$(VENV)/python -m qingyang_inspect.security

lock:  ## compile the locks anew: hashes of all platforms, no address in them
	$(VENV)/uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-header requirements.in -o requirements.lock
	$(VENV)/uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-header requirements-dev.in -o requirements-dev.lock
	$(VENV)/uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-header requirements-security.in -o requirements-security.lock

bench: prepare-tests  ## build data at stated sizes and print figures beside a bare reference
	@$(VENV)/python -m qingyang_inspect.bench
	@WHOLE_SET=1 $(VENV)/python -m pytest -q -s -n 0 tests/rectification/test_paper_quality.py

shots: prepare-tests  ## make the handbook's screenshots anew
	@$(VENV)/python -m qingyang_inspect.shots

messages:  ## compile what the libraries say in the house's voice (locale/, needs gettext)
	cd locale/zh_Hans/LC_MESSAGES && msgfmt --check-format -o django.mo django.po

draw: prepare-tests  ## draw the circuits anew
	@DEBUG=1 $(VENV)/python manage.py draw_circuits

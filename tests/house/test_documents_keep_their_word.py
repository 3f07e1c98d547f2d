"""What README, deployment guide, locks and Makefile say is so."""

import json
import re
import tomllib

import pytest
from django.contrib.staticfiles import finders
from django.core.management import get_commands

from tests.house.sources import ROOT, files, name

README, DEPLOY = (ROOT / "README.md").read_text(), (ROOT / "docs" / "deploy.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
READ_BY_SETTINGS = re.compile(r"""(?:number|switch|several|one_of|secrets_in|env\.\w+)\(\s*["'](\w+)["']""")
SECRETS = re.compile(r"""secrets_in\(["'](\w+)["']""")  # each may also stand in a file


@pytest.mark.parametrize(
    "target", sorted(set(re.findall(r"(?:`|^)make ([a-z][-a-z]*)", README + DEPLOY, re.MULTILINE)))
)
def test_a_make_target_that_is_named_is_there(target):
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)


@pytest.mark.parametrize(
    "command",
    sorted(set(re.findall(r"manage\.py ([a-z_]+)", README + DEPLOY + MAKEFILE + (ROOT / ".ci" / "run").read_text()))),
)
def test_a_command_that_is_named_is_there(command):
    assert command in get_commands()


def test_every_command_of_ours_is_named_somewhere():
    ours = {
        path.stem
        for path in files(".py")
        if "management/commands" in name(path) and not name(path).startswith("tests") and path.stem != "__init__"
    }
    said = (
        README
        + DEPLOY
        + MAKEFILE
        + "".join(path.read_text() for path in files(".md") if name(path).startswith("docs/"))
        + (ROOT / "qingyang_inspect" / "launch.py").read_text()
    )

    assert sorted(command for command in ours if command not in said) == []


def test_every_variable_that_settings_read_is_in_the_guide_and_no_other():
    read = {
        found
        for file in ("settings.py", "environment.py")
        for found in READ_BY_SETTINGS.findall((ROOT / "qingyang_inspect" / file).read_text())
    } - {"name"}
    read |= {f"{name}_FILE" for name in SECRETS.findall((ROOT / "qingyang_inspect" / "settings.py").read_text())}
    table = DEPLOY[DEPLOY.index("| variable |") : DEPLOY.index("## PostgreSQL")]
    told = {
        word
        for row in table.splitlines()
        for word in re.findall(r"`([A-Z_]{4,})`", row.split("|")[1] if "|" in row else "")
    }

    assert told == read


@pytest.mark.parametrize(
    "path", [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda path: path.name
)
def test_links_between_documents_lead_somewhere(path):
    links = [link for link in re.findall(r"\]\(([^)#]+)", path.read_text()) if "://" not in link]
    paths = [word for word in re.findall(r"`(docs/[\w./-]+)`", path.read_text()) if "<" not in word]

    assert [link for link in links if not (path.parent / link).exists()] == []
    assert [word for word in paths if not (ROOT / word).exists()] == []


def test_the_changelog_tells_the_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_python_lock_pins_by_hash_and_names_no_address(lock):
    text = (ROOT / lock).read_text()
    pins = [entry for entry in re.split(r"\n(?=\w)", text) if "==" in entry.split("\n")[0]]

    assert pins
    assert [pin.split("\n")[0] for pin in pins if "--hash=sha256:" not in pin] == []
    assert re.findall(r"https?://|--index-url|--find-links", text) == []


@pytest.mark.parametrize("source", ["requirements.in", "requirements-dev.in"])
def test_every_package_asked_for_says_what_for_and_is_locked(source):
    lock = (ROOT / source.replace(".in", ".lock")).read_text().lower()
    asked = [line for line in (ROOT / source).read_text().splitlines() if line and not line.startswith(("#", "-r"))]
    names = [re.split(r"[\[=~<> ]", line)[0].replace("_", "-").lower() for line in asked]

    assert [line for line in asked if " # " not in line] == []
    assert [
        package for package in names if f"\n{package}==" not in f"\n{lock}" and f"\n{package}[" not in f"\n{lock}"
    ] == []


def test_the_front_end_lock_names_no_address():
    lock = json.loads((ROOT / "package-lock.json").read_text())

    assert [package for package, entry in lock["packages"].items() if "resolved" in entry] == []
    assert [package for package, entry in lock["packages"].items() if package and "integrity" not in entry] == []


def test_front_end_packages_have_exact_versions():
    package = json.loads((ROOT / "package.json").read_text())

    assert [
        v
        for v in [*package["dependencies"].values(), *package["devDependencies"].values()]
        if not re.fullmatch(r"\d+\.\d+\.\d+", v)
    ] == []


def test_every_static_file_that_a_template_names_is_there():
    named = {
        found for path in files(".html") for found in re.findall(r"{% static ['\"]([^'\"]+)['\"] %}", path.read_text())
    }

    assert [file for file in sorted(named) if finders.find(file) is None] == []

"""What the code does not do: each wall of docs/architecture.md, looked for in the syntax trees."""

import ast
import re
import tomllib

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.house.sources import APPS, ROOT, files, lines_matching, name, product, tree

ENGINE = "casework/workflow/engine.py"
OF_THE_ENGINE = {"state", "is_open", "closed_on", "last_seq", "holder_since"}
# builds cases and their trail together by the ten thousand; verify_trail and the recount check what it made
BULK = "qingyang_inspect/bench"
OTHER_STATES = ("StepLimit.",)  # tables that speak about states, and have none
ROWS = {"update", "create", "get_or_create", "update_or_create", "bulk_update", "Case"}


def stores(node: ast.AST) -> set[str]:
    """Return the engine's own attributes that a node sets: by assignment, setattr, or a write of rows."""
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
        return {node.attr} & OF_THE_ENGINE
    if not isinstance(node, ast.Call):
        return set()
    called = (
        node.func.attr
        if isinstance(node.func, ast.Attribute)
        else node.func.id
        if isinstance(node.func, ast.Name)
        else ""
    )
    if ast.unparse(node.func).startswith(OTHER_STATES):
        return set()
    words = {keyword.arg for keyword in node.keywords} if called in ROWS else set()
    if called == "setattr" and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
        words = {node.args[1].value}
    return {str(word) for word in words} & OF_THE_ENGINE


def test_only_the_engine_sets_a_state():
    rest = [(file, syntax) for file, syntax in product() if file != ENGINE and not file.startswith(BULK)]
    rest.append(("tests/factories.py", tree(ROOT / "tests" / "factories.py")))

    found = [
        f"{file}:{node.lineno} {sorted(stored)}"
        for file, syntax in rest
        for node in ast.walk(syntax)
        if (stored := stores(node))
    ]

    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "case.state = x",
        "case.is_open, n = x, y",
        "setattr(case, 'closed_on', x)",
        "rows.update(state=x)",
        "Case(state=x)",
        "del case.state",
    ],
)
def test_a_state_set_elsewhere_would_be_found(line):
    assert any(stores(node) for node in ast.walk(ast.parse(line)))


def test_no_model_overrides_save_or_delete():
    found = []
    for file, syntax in product():
        classes = [node for node in ast.walk(syntax) if isinstance(node, ast.ClassDef) and "/models" in file]
        found += [
            f"{file} {c.name}.{f.name}"
            for c in classes
            for f in c.body
            if isinstance(f, ast.FunctionDef) and f.name in {"save", "delete"}
        ]

    assert found == []


def test_signals_are_not_glue():
    # post_migrate is the one hook Django has for putting the trail's triggers up after a migration
    allowed = {"casework/apps.py"}
    found = [
        name(path) for path in files(".py") if name(path).split("/")[0] in APPS and "signals import" in path.read_text()
    ]

    assert set(found) <= allowed


def test_templates_are_written_and_not_marked_safe():
    found = lines_matching(
        re.compile(r"\|safe\b|autoescape off|mark_safe|SafeString\("),
        *(p for p in files(".html", ".py") if name(p).split("/")[0] != "tests"),
    )

    assert found == []


INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style\b|\sstyle=[\"']|\son[a-z]+=[\"']|javascript:",
    re.IGNORECASE,
)


def test_no_template_holds_script_or_style():
    assert lines_matching(INLINE, *files(".html")) == []


def test_no_python_file_writes_script_or_style():
    assert lines_matching(INLINE, *(ROOT / file for file, _ in product())) == []


def views(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and pattern.callback.__module__.split(".")[0] in APPS:
            yield pattern.name, pattern.callback


def test_every_view_says_whether_it_writes():
    assert [
        name
        for name, view in views(get_resolver().url_patterns)
        if not hasattr(view, "page") and ".admin" not in view.__module__
    ] == []


def test_views_neither_count_nor_write():
    # counting is for querysets and figures, writing for services and the engine
    asked = {"annotate", "aggregate", "create", "get_or_create", "bulk_create", "bulk_update", "raw"}
    found = []
    for file, syntax in product():
        if "/views" not in file:
            continue
        calls = [
            node
            for node in ast.walk(syntax)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in asked
        ]
        found += [f"{file}:{call.lineno} {ast.unparse(call)[:80]}" for call in calls]

    assert found == []


def test_the_contracts_name_every_floor():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    floors = next(contract for contract in contracts["contracts"] if contract["name"] == "floors")
    on_floors = [package.strip() for floor in floors["layers"] for package in floor.split("|")]

    assert on_floors == [
        "qingyang_inspect",
        "dashboards",
        "documents",
        "results",
        "rectification",
        "clues",
        "inspections",
        "casework",
        "organizations",
        "ui",
    ]
    assert set(on_floors) == set(contracts["root_packages"]) == set(APPS)

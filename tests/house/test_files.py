"""Names, sizes and words of the repository's files (docs/architecture.md)."""

import ast
import re

import pytest

from tests.house.sources import ROOT, files, lines_matching, name, tree

VAGUE = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "manager",
    "managers",
    "data",
    "info",
    "tools",
    "base",
    "core",
    "stuff",
}
TOOLS_OWN = {  # Django's and everybody's name for it
    "templates/base.html",
    "templates/admin/base_site.html",
    "qingyang_inspect/database/sqlite3/base.py",
    "qingyang_inspect/database/postgresql/base.py",
}
MOST_LINES, MOST_IN_A_FUNCTION = 400, 40
# Written so that it does not find itself.
PLACES = re.compile(r"/wor[k]/|/opt/pyp[i]|/root/[.]|far[m]-|pythonhoste[d]|registry[.]npmj[s]")


def test_no_file_has_a_name_that_could_hold_anything():
    vague = [
        name(path)
        for path in files(".py", ".html", ".js", ".css")
        if path.stem in VAGUE and name(path) not in TOOLS_OWN
    ]

    assert vague == []


def test_no_file_is_longer_than_four_hundred_lines():
    long = {
        name(path): lines
        for path in files(".py", ".html", ".js", ".css")
        if (lines := path.read_text().count("\n")) > MOST_LINES
    }

    assert long == {}


def length(function):
    """Count the lines of a function that do something.

    Signature and docstring explain, and may take the room they need.
    """
    first = next(
        (part for part in function.body if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))),
        function.body[0],
    )
    return function.end_lineno - first.lineno + 1


def test_no_function_is_longer_than_forty_lines():
    functions = [
        (name(path), node)
        for path in files(".py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]

    assert {f"{file} {node.name}" for file, node in functions if length(node) > MOST_IN_A_FUNCTION} == set()


@pytest.mark.parametrize(
    "app",
    ["dashboards", "documents", "results", "rectification", "clues", "inspections", "casework", "organizations", "ui"],
)
def test_every_floor_stands(app):
    assert (ROOT / app / "apps.py").exists()


def test_the_word_of_the_office_is_kept():
    # 督察 inspects the rule of law; 督查 is the chase-up of any task.
    # Reference tables quote official names as they are.
    told_apart = {"docs/glossary.md", "tests/house/test_files.py"}
    quoting = "docs/domain/"  # the rules as their sources name them, 《政府督查工作条例》 among them
    sources = [
        path
        for path in files(".py", ".html", ".md", ".js", ".css", ".toml")
        if name(path) not in told_apart and not name(path).startswith(quoting)
    ]

    assert lines_matching(re.compile("督查"), *sources) == []


def test_no_file_knows_the_machine_it_was_written_on():
    sources = [
        path
        for path in files(".py", ".html", ".md", ".js", ".css", ".toml", ".json", ".lock", ".in", ".yml")
        if name(path) != "tests/house/test_files.py"
    ]

    assert lines_matching(PLACES, *sources, ROOT / "Makefile", ROOT / ".ci" / "run") == []


def test_every_template_opens_with_a_line_about_itself():
    silent = [name(path) for path in files(".html") if not path.read_text().startswith("{#")]

    assert silent == []

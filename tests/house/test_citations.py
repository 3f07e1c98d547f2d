"""A comment that gives its source can be followed.

The document is in the repository, and the section it names is in the document.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.house.sources import ROOT, files, name, tree

CITED = re.compile(
    r"(?<![\w/.-])(?P<path>(?:[\w-]+/)*[\w-]+\.(?:md|csv|txt))"
    r"(?P<sections>(?:(?:, | and | )(?:\d+(?:\.\d+)*|[A-D])(?![\w%.]|\s(?:day|year|step|column)))*)"
    r"(?:, (?P<heading>[A-Z][A-Za-z ]+[a-z])|, principle (?P<principle>\d+))?"
)
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def said_in_python(path: Path) -> Iterator[str]:
    """Yield comments and docstrings."""
    for node in ast.walk(tree(path)):
        if isinstance(node, DOCUMENTED):
            yield ast.get_docstring(node) or ""
    for token in tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def said(path: Path) -> Iterator[str]:
    if path.suffix == ".py":
        yield from said_in_python(path)
    elif path.suffix == ".html":
        yield from re.findall(r"{#.*?#}", path.read_text("utf-8"))
    else:
        yield from re.findall(r"/\*.*?\*/|//.*", path.read_text("utf-8"), re.DOTALL)


@cache
def citations() -> list[tuple[str, re.Match[str]]]:
    return [
        (name(path), found)
        for path in files(".py", ".html", ".js", ".css")
        if re.search(r"\.(?:md|csv|txt)\b", path.read_text("utf-8"))
        for text in said(path)
        for found in CITED.finditer(re.sub(r"\s+", " ", text))
    ]


def has_section(text: str, section: str) -> bool:
    """Say whether a section is a heading, or an item of the list under one: 9.7, A, 7.1.6."""
    if re.search(rf"^#+ {re.escape(section)}(?![\d.]*\d)", text, re.MULTILINE):
        return True
    above, _, item = section.rpartition(".")
    under = (
        re.search(rf"^#+ {re.escape(above)}(?![\d.]*\d).*?(?=^#|\Z)", text, re.MULTILINE | re.DOTALL) if above else None
    )
    return bool(under and re.search(rf"^{item}\. ", under.group(), re.MULTILINE))


def wrong(found: re.Match[str]) -> list[str]:
    path = ROOT / found["path"]
    if not path.is_file():
        return [found["path"]]
    text = path.read_text("utf-8")
    missing = [s for s in re.findall(r"\d+(?:\.\d+)*|[A-D]", found["sections"]) if not has_section(text, s)]
    if (heading := found["heading"]) and not re.search(rf"^(?:#+ |[-*] )?(?:\*\*)?{heading}", text, re.MULTILINE):
        missing.append(heading)
    if (number := found["principle"]) and not re.search(rf"^{number}\. ", text, re.MULTILINE):
        missing.append(number)
    return [f"{found['path']} {section}" for section in missing]


def test_what_comments_cite_can_be_opened() -> None:
    broken = {f"{place}: {what}" for place, found in citations() for what in wrong(found)}

    assert broken == set()


def test_what_the_sheets_of_rights_cite_can_be_opened() -> None:
    cited = {
        (document, section)
        for sheet in sorted((ROOT / "docs").glob("rights*.csv"))
        for document, sections in re.findall(r"(\w+\.md) ([\d.、]+)", sheet.read_text("utf-8"))
        for section in sections.split("、")
    }

    texts = {document: (ROOT / "docs" / "domain" / document).read_text("utf-8") for document, _ in cited}
    assert cited
    assert {
        f"{document} {section}" for document, section in cited if not has_section(texts[document], section)
    } == set()


def test_comments_do_cite() -> None:
    cited = {found["path"] for _, found in citations()}

    assert {f"docs/domain/{stem}.md" for stem in ("process", "dictionaries", "results", "compliance")} <= cited


@pytest.mark.parametrize(
    "sentence",
    ["docs/domain/none.md", "docs/domain/results.md 99", "docs/domain/process.md 1.4, 1.99",
     "docs/domain/compliance.md 7.1.99", "docs/data.md A and docs/look.md, principle 99"],
)  # fmt: skip
def test_a_citation_that_leads_nowhere_is_found(sentence: str) -> None:
    assert [what for found in CITED.finditer(sentence) for what in wrong(found)] != []

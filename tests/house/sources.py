"""What the tests of the repository look at: its own files, as git would commit them.

What is installed or made is not among them.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = (
    "ui",
    "organizations",
    "casework",
    "inspections",
    "clues",
    "rectification",
    "documents",
    "results",
    "dashboards",
    "qingyang_inspect",
)
MADE = {".git", ".venv", "node_modules", "var", "wheelhouse", "vendor", "__pycache__", "migrations"}


def is_ours(folder: str) -> bool:
    """Say whether a folder is part of the repository; dot folders of tools are not."""
    return folder not in MADE and (not folder.startswith(".") or folder == ".ci")


@cache
def everything() -> tuple[Path, ...]:
    """Return every file, without going into what is installed or made."""
    found = []
    for folder, below, names in os.walk(ROOT):
        below[:] = [one for one in below if is_ours(one)]
        found += [Path(folder, name) for name in names]
    return tuple(sorted(found))


@cache
def files(*endings: str) -> tuple[Path, ...]:
    return tuple(path for path in everything() if path.suffix in endings and path.name not in MADE)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def product() -> Iterator[tuple[str, ast.Module]]:
    """Yield name and syntax tree of each Python file of the product itself, without its tests."""
    for path in files(".py"):
        if path.relative_to(ROOT).parts[0] in (*APPS, "manage.py"):
            yield name(path), tree(path)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def lines_matching(pattern: object, *paths: Path) -> list[str]:
    """Return `file:line text` of each line in which the compiled pattern is found."""
    return [
        f"{name(p)}:{n} {line.strip()[:100]}"
        for p in paths
        for n, line in enumerate(p.read_text().splitlines(), 1)
        if pattern.search(line)
    ]  # type: ignore[attr-defined]

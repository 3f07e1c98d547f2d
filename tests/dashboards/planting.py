"""Plant a fault in the running product: change a line of a function, a field of a declaration, a name in a module."""

from __future__ import annotations
import __future__

import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from ui import remembered

Plant = Callable[[pytest.MonkeyPatch], None]


def recode(function: Any, old: str, new: str) -> Plant:
    """Return what changes a piece of a function's text; wherever it was imported, it is the changed one."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        plain = inspect.unwrap(getattr(function, "func", None) or getattr(function, "fget", None) or function)
        source = textwrap.dedent(inspect.getsource(plain))
        assert source.count(old) == 1, f"“{old}” stands {source.count(old)} times in {plain.__qualname__}"
        flags = __future__.annotations.compiler_flag
        namespace = dict(plain.__globals__)
        exec(compile(source.replace(old, new), f"<mutant of {plain.__qualname__}>", "exec", flags), namespace)
        changed = namespace[plain.__name__]
        changed = inspect.unwrap(getattr(changed, "func", None) or getattr(changed, "fget", None) or changed)
        patch.setattr(plain, "__code__", changed.__code__)

    return plant


def become(what: Any, **fields: Any) -> Plant:
    """Return what changes fields of a frozen declaration in place, for everybody who holds it."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        for name, value in fields.items():
            patch.setitem(what.__dict__, name, value)

    return plant


def name(module: Any, attribute: str, value: Any) -> Plant:
    """Return what changes a name of one module (or a method of a class)."""
    return lambda patch: patch.setattr(module, attribute, value)


def several(*plants: Plant) -> Plant:
    def plant(patch: pytest.MonkeyPatch) -> None:
        for one in plants:
            one(patch)

    return plant


def _forget() -> None:
    """Drop what the product remembers of its own declarations and of the text of its questions."""
    for module in [
        module for key, module in sys.modules.items() if key.split(".")[0] in {"dashboards", "rectification"}
    ]:
        for value in list(vars(module).values()):
            if callable(getattr(value, "cache_clear", None)):
                value.cache_clear()
    remembered.forget()


@contextmanager
def planted(plant: Plant) -> Iterator[None]:
    """Run with the fault in place; afterwards all is as it was."""
    with pytest.MonkeyPatch.context() as patch:
        plant(patch)
        _forget()
        try:
            yield
        finally:
            patch.undo()
            _forget()

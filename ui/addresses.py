"""Addresses that are the same for everybody (a page has two hundred, of two dozen kinds), and queries changed."""

from __future__ import annotations

from functools import cache

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode


@cache
def address(url_name: str, *args: str) -> str:
    """Return the address of a page, looked up once; of pages of one row, which are without number, use reverse."""
    return reverse(url_name, args=args)


def query_with(params: QueryDict, **changes: object) -> str:
    """Return a query, "?" before it, with these parameters in place of what was there; None removes one.

    Nothing where nothing is left. A page of a list asks for forty: a copy of the whole for each is a millisecond.
    """
    said: dict[str, list[str]] = dict(params.lists())
    for name, value in changes.items():
        said.pop(name, None)
        if value is not None:
            said[name] = [str(value)]
    return f"?{urlencode(said, doseq=True)}" if said else ""

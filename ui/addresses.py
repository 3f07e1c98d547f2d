"""Addresses that are the same for everybody: a page has two hundred, of two dozen kinds."""

from __future__ import annotations

from functools import cache

from django.urls import reverse


@cache
def address(url_name: str, *args: str) -> str:
    """Return the address of a page, looked up once; of pages of one row, which are without number, use reverse."""
    return reverse(url_name, args=args)

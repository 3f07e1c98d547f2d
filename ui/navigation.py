"""The bar on every page: each app registers its items in AppConfig.ready(); counters say what waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from ui.addresses import address


@dataclass(frozen=True)
class NavItem:
    """An item of the bar: shown to whom, in which order, current under which path.

    `aside`: of less use, in the menu under one's name. `key`: the key that leads there after g (static/app.js).
    `under`: no item of its own, a page beside the one that item (its url name) leads to, which is then current.
    """

    label: str
    url_name: str
    to: Callable[[Any], bool]
    order: int
    prefix: str = ""
    aside: Callable[[Any], bool] = lambda actor: False
    key: str = ""
    under: str = ""


_items: list[NavItem] = []
counters: list[
    Callable[[Any], dict[str, Any]]
] = []  # filled by higher floors; each adds to the frame's context, from the request as that floor knows it
alerts: list[
    Callable[[Any], str]
] = []  # from the actor to a sentence about the system itself that he should act on, or nothing; on first pages
beginnings: list[
    tuple[Callable[[Any], bool], str, str]
] = []  # what somebody may begin from his first page: (claim about the actor, url name, label)


def register(item: NavItem) -> None:
    """Add an item to the bar.

    Raises:
        ValueError: an item of that url is there already.
    """
    if any(known.url_name == item.url_name for known in _items):
        raise ValueError(f"{item.url_name} is registered twice")
    _items.append(item)
    _items.sort(key=lambda known: known.order)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return what base.html needs: items with the current one, who is signed in, what waits."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return {"actor": None, "nav": [], "nav_aside": [], "now": timezone.localtime()}
    urls = [(item, address(item.url_name)) for item in _items if item.to(actor)]
    fits = [(len(item.prefix or url), item) for item, url in urls if _is_under(request.path, item.prefix or url)]
    current = max(fits, key=lambda fit: fit[0])[1] if fits else None
    here = (current.under or current.url_name) if current else ""
    context = {
        "actor": actor,
        "nav": [
            {"label": item.label, "url": url, "is_current": item.url_name == here, "key": item.key}
            for item, url in urls
            if not item.aside(actor) and not item.under
        ],
        "nav_aside": [{"label": item.label, "url": url} for item, url in urls if item.aside(actor) and not item.under],
        "now": timezone.localtime(),
        "address_tail": ".".join(str(request.META.get("REMOTE_ADDR", "")).split(".")[-2:]),
    }
    for counter in counters:
        context |= counter(request)
    return context


def _is_under(path: str, prefix: str) -> bool:
    return path == prefix if prefix == "/" else path.startswith(prefix)

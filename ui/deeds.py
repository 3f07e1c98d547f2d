"""A deed that takes something away, or that no click takes back: it shows what it will do, and asks once.

One way for all of them. What was typed is checked, the rule is asked as if it were done, then the page says what will
happen (`Outlook`); only what is sent from that page is done. Where things have changed since it was shown, it is shown
again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ui import sending
from ui.errors import DomainError
from ui.form_actions import form_page, typed

SURE = "_sure"  # the field that carries the mark of what the person has read
BACK = "_back"  # the button that leads to the form again
BESIDE_THE_POINT = frozenset({"csrfmiddlewaretoken", sending.ONCE, SURE, BACK, "_post"})
SHOWN = 20  # so many of the cases it touches are named


class Outlook(NamedTuple):
    """What a deed will do, in sentences; the cases it touches (words, address); what keeps it from being done now."""

    will: list[str]
    touches: list[tuple[str, str]] = []  # read only
    in_the_way: list[str] = []  # read only

    @property
    def has_unlinked(self) -> bool:
        """Say whether some of the cases are not the reader's to open: then the page says why they are no links."""
        return any(not url for _, url in self.touches)

    @property
    def mark(self) -> str:
        """Return what tells this outlook from another."""
        return hashlib.sha256(repr(tuple(self)).encode()).hexdigest()[:24]


def deed_page(
    request: HttpRequest,
    form: forms.Form,
    do: Callable[[dict[str, Any]], Any],
    then: Callable[[Any], HttpResponse | None],
    *,
    foresee: Callable[[dict[str, Any]], Outlook],
    **context: Any,
) -> HttpResponse:
    """Show a form, then what it will do, then do it; `form_page` tells the rest (title, submit, back, intro).

    Args:
        foresee: from the clean data to what the deed will do; it reads, and changes nothing.
    """
    if request.method != "POST":
        return (
            form_page(request, form, do, then, **context) if form.fields else ask(request, form, foresee({}), **context)
        )
    if BACK in request.POST:
        return form_page(request, form, do, then, only_asks=True, **context)
    if not form.is_valid():
        return form_page(request, form, do, then, **context)
    outlook = foresee(form.cleaned_data)
    if is_sure(request, outlook):
        return form_page(request, form, do, then, **context)
    if refused := _refusal(form, do):
        return form_page(request, form, _refuse_with(refused), then, **context)
    return ask(request, form, outlook, **context)


def bare(request: HttpRequest) -> forms.Form:
    """Return the form of a deed that needs nothing but the word: there is no field to fill in."""
    return forms.Form(request.POST if request.method == "POST" else {})


def _refusal(form: forms.Form, do: Callable[[dict[str, Any]], Any]) -> DomainError | ValidationError | None:
    """Do it and undo it: what would be refused is said before anybody is asked."""
    try:
        with transaction.atomic():
            do(dict(form.cleaned_data))
            transaction.set_rollback(True)
    except (DomainError, ValidationError) as refused:
        return refused
    return None


def _refuse_with(refused: DomainError | ValidationError) -> Callable[[dict[str, Any]], Any]:
    def refuse(given: dict[str, Any]) -> Any:
        raise refused

    return refuse


def is_sure(request: HttpRequest, outlook: Outlook) -> bool:
    """Say whether this was sent from the page that said just that."""
    return request.POST.get(SURE) == outlook.mark


def ask(request: HttpRequest, form: forms.BaseForm, outlook: Outlook, **context: Any) -> HttpResponse:
    """Say what it will do, and keep what was typed for the word to come: title, submit, back."""
    kept = [(name, value) for name, values in request.POST.lists() if name not in BESIDE_THE_POINT for value in values]
    shown = {
        **context,
        "outlook": outlook,
        "named": outlook.touches[:SHOWN],
        "kept": kept,
        "typed": typed(form),
        "has_changed": SURE in request.POST,
        "has_form": bool(form.fields),
    }
    return sending.is_form(render(request, "ui/deed.html", shown))

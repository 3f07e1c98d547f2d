"""The plain page of a form: what a rule refuses stands beside what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from organizations.forms import unsettled
from ui.errors import DomainError


def form_page(
    request: HttpRequest,
    form: Any,
    act: Callable[[dict[str, Any]], HttpResponse],
    *,
    title: str,
    submit: str,
    back: str,
    intro: str = "",
) -> HttpResponse:
    """Show the form; on POST call `act` with clean data and answer what it answers."""
    if request.method == "POST" and form.is_valid():
        try:
            return act(form.cleaned_data)
        except DomainError as refused:
            unsettled(form, refused.message, refused.fields)
        except ValidationError as refused:
            _settle(form, refused)
    status = 422 if form.errors else 200
    return render(
        request,
        "ui/form_page.html",
        {"form": form, "title": title, "submit": submit, "back": back, "intro": intro},
        status=status,
    )


def _settle(form: Any, refused: ValidationError) -> None:
    """Put what the model refused on the form's fields; what it does not show goes on top."""
    if not hasattr(refused, "error_dict"):
        form.add_error(None, refused)
        return
    for name, errors in refused.error_dict.items():
        form.add_error(name if name in form.fields and name != NON_FIELD_ERRORS else None, errors)

"""One way to act on a form.

Check what was sent, call the rule, say a refusal beside its field, say what was done, lead on.

What was typed, chosen and attached is kept, whatever comes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ui.errors import DomainError

Kept = list[tuple[str, str]]  # what was typed: label and text

# Refusals that are told on a page of their own instead of on the form: filled by higher floors in AppConfig.ready()
ANSWERS: dict[type[DomainError], Callable[[Any, Any, Kept], HttpResponse]] = {}


def sent(request: HttpRequest) -> Any:
    """Return what was posted, also when it is nothing at all; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def files_sent(request: HttpRequest) -> Any:
    """Return the files that were posted, as `sent` does."""
    return request.FILES if request.method == "POST" else None


def form_status(request: HttpRequest) -> int:
    """Return the status of a page with a form: one that comes back was refused."""
    return 422 if request.method == "POST" else 200


def said(request: HttpRequest, text: str, to: Any, *args: Any) -> HttpResponse:
    """Say what was done, and lead on: to an object, an address or the name of one."""
    messages.success(request, text)
    return redirect(to, *args)


def act_on(
    request: HttpRequest,
    form: forms.BaseForm,
    do: Callable[[dict[str, Any]], Any],
    then: Callable[[Any], HttpResponse | None],
    *,
    others: Iterable[Any] = (),
) -> HttpResponse | None:
    """Act on what was posted; None: the form is to be shown, for the first time or with what stands in the way.

    Args:
        do: from the clean data of `form` to what came of it; runs in a transaction of its own, so that a refusal
            leaves nothing behind.
        then: from what came of it to the answer, or to nothing where the page itself says what came of it.
        others: forms and formsets on the same page; all must be in order, and each says what is wrong in it.
    """
    beside = list(others)
    if request.method != "POST" or [one for one in (form, *beside) if not one.is_valid()]:
        return None
    try:
        with transaction.atomic():
            came_of_it = do(form.cleaned_data)
    except DomainError as refused:
        for kind, answer in ANSWERS.items():
            if isinstance(refused, kind):
                return answer(request, refused, typed(form, *beside))
        put_beside(refused, form, *beside)
        return None
    except ValidationError as refused:
        _settle(form, refused)
        return None
    for name in _left_out(form, *beside):
        messages.info(request, f"“{name}”选了两次，是同一个文件，只留一份。")
    return then(came_of_it)


def _left_out(*given: Any) -> list[str]:
    """Return the files that were chosen twice."""
    fields = [field for form in _single(given) for field in getattr(form, "fields", {}).values()]
    return [name for field in fields for name in getattr(field, "left_out", ())]


def form_page(
    request: HttpRequest,
    form: forms.BaseForm,
    do: Callable[[dict[str, Any]], Any],
    then: Callable[[Any], HttpResponse | None],
    *,
    others: Iterable[Any] = (),
    template: str = "ui/form_page.html",
    only_asks: bool = False,
    shows: Callable[[], Mapping[str, Any]] = dict,
    **context: Any,
) -> HttpResponse:
    """Show a form and act on it, as `act_on` does. The plain page draws title, intro, form, submit, back
    (templates/ui/form_page.html).

    Args:
        only_asks: the button asks for something and saves nothing: what was typed comes back, and nothing is judged
            yet.
        shows: context that is read only when the page is shown.
    """
    if only_asks:
        for one in _single((form, *others)):
            one.errors.clear()
    elif answer := act_on(request, form, do, then, others=others):
        return answer
    status = 200 if only_asks else form_status(request)
    return render(request, template, {"form": form, **context, **shows()}, status=status)


def put_beside(refused: DomainError, form: Any, *others: Any) -> None:
    """Say what a rule refused: the sentence on top, and beside each field it is about what is wrong there.

    A formset that knows the names of its rows (`put_beside`) is asked to do so too.
    """
    for reason in refused.reasons:
        form.add_error(None, reason)
    for name, text in refused.fields.items():
        if name in form.fields:
            form.add_error(name, text)
    for one in others:
        if hasattr(one, "put_beside"):
            one.put_beside(refused.fields)


def _settle(form: Any, refused: ValidationError) -> None:
    """Put what the model refused on the form's fields; what it does not show goes on top."""
    if not hasattr(refused, "error_dict"):
        form.add_error(None, refused)
        return
    for name, errors in refused.error_dict.items():
        form.add_error(name if name in form.fields and name != NON_FIELD_ERRORS else None, errors)


def typed(*given: Any) -> Kept:
    """Return what the person wrote into these forms, to be kept before his eyes; bare figures are not worth it."""
    return [pair for form in _single(given) for pair in _written(form)]


def _single(given: Iterable[Any]) -> Iterable[Any]:
    """Take formsets apart into their forms."""
    for one in given:
        yield from one.forms if hasattr(one, "forms") else (one,)


def _written(form: Any) -> Kept:
    data: Mapping[str, Any] = form.data
    texts = [
        (str(field.label), str(data.get(form.add_prefix(name), "")))
        for name, field in form.fields.items()
        if not isinstance(field.widget, forms.HiddenInput)
    ]
    return [(label, text) for label, text in texts if len(text.strip()) > 1 and not text.isdigit()]

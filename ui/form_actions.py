"""One way to act on a form.

Check what was sent, call the rule, say a refusal beside its field, say what was done, lead on.

What was typed, chosen and attached is kept, whatever comes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ui import sending
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
            sending.claim(request)
            came_of_it = do(form.cleaned_data)
    except DomainError as refused:
        return _refused(request, refused, form, beside)
    except ValidationError as refused:
        _settle(form, refused)
        return None
    for name in _left_out(form, *beside):
        messages.info(request, f"“{name}”选了两次，是同一个文件，只留一份。")
    return sending.settle(request, then(came_of_it))


def _refused(request: HttpRequest, refused: DomainError, form: Any, beside: list[Any]) -> HttpResponse | None:
    """Answer a refusal: what came of the same form sent at the same moment, a page of its own, or the form again."""
    if isinstance(refused, sending.AlreadySentError) and (earlier := sending.earlier_answer(request)):
        return earlier
    for kind, answer in ANSWERS.items():
        if isinstance(refused, kind):
            sending.comes_back(request, _single((form, *beside)))
            return sending.is_form(answer(request, refused, typed(form, *beside)))
    put_beside(refused, form, *beside)
    return None


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
    every = list(_single((form, *others)))
    if only_asks:
        for one in every:
            one.errors.clear()
    elif answer := act_on(request, form, do, then, others=others):
        return answer
    if request.method == "POST":
        sending.comes_back(request, every)
    sending.is_shown(request, every)
    status = 200 if only_asks else form_status(request)
    return sending.is_form(render(request, template, {"form": form, **context, **shows()}, status=status))


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
    """Return what the person wrote and chose on these forms, in words, to be kept before his eyes."""
    return [pair for form in _single(given) for pair in _written(form)]


def _single(given: Iterable[Any]) -> Iterable[Any]:
    """Take formsets apart into their forms."""
    for one in given:
        yield from one.forms if hasattr(one, "forms") else (one,)


def _written(form: Any) -> Kept:
    given = [
        (str(form[name].label), in_words(field, form[name].data))
        for name, field in form.fields.items()
        if not isinstance(field.widget, forms.HiddenInput) and not isinstance(field, forms.FileField)
    ]
    return [(label, text) for label, text in given if text]


def in_words(field: forms.Field, value: Any) -> str:
    """Return what was sent for a field as the person saw it: the words of a choice, never its key."""
    if isinstance(field, forms.BooleanField):
        return "是" if value else ""
    sent_ones = [str(one) for one in (value if isinstance(value, list | tuple) else [value]) if one not in (None, "")]
    if not isinstance(field, forms.ChoiceField):
        return "、".join(sent_ones).strip()
    words = {str(key): str(label) for key, label in _flat(cast(Any, field.choices))}
    return "、".join(words[one] for one in sent_ones if one in words)


def _flat(choices: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    """Take groups of choices apart."""
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield key, label

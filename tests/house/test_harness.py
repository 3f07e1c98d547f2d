"""The harness itself: what it promises to catch, it catches."""

import warnings
from datetime import datetime
from types import FunctionType

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template import Context, Template
from django.urls import path

from organizations.models import Unit, User
from qingyang_inspect.urls import urlpatterns as real

BODIES = {
    "script": "<script>go()</script>",
    "style": "<style>a { }</style>",
    "attribute": '<p style="color: red">',
    "single": "<p style='color: red'>",
    "handler": '<a onclick="go()">',
    "address": '<a href="javascript:go()">',
}


@login_not_required
def answer(request, word):
    return HttpResponse(BODIES.get(word, '<script src="/static/app.js"></script>'))


urlpatterns = [*real, path("harness/<word>/", answer)]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


def test_an_undefined_variable_fails():
    with pytest.raises(AssertionError, match="undefined template variable: nothing"):
        Template("{{ nothing }}").render(Context())


def test_asking_whether_a_variable_is_there_does_not_fail():
    assert Template("{% if nothing %}a{% else %}b{% endif %}").render(Context()) == "b"


@pytest.mark.once(reason="pages are looked through in the first half, where all of them are asked for")
@pytest.mark.parametrize("word", BODIES)
def test_inline_script_or_style_fails(client, word):
    with pytest.raises(pytest.fail.Exception, match="inline script or style"):
        client.get(f"/harness/{word}/")


def test_a_script_of_its_own_file_does_not_fail(client):
    assert client.get("/harness/file/").status_code == 200


def test_a_piece_of_unordered_rows_fails():
    piece_of = FunctionType(
        (lambda rows: rows[:1]).__code__, {"__name__": "casework.example"}
    )  # as if our own code asked

    with pytest.raises(pytest.fail.Exception, match="a piece of Unit without an order"):
        piece_of(Unit.objects.order_by())
    assert list(piece_of(Unit.objects.order_by("pk"))) == []


def test_a_page_of_unordered_rows_fails():
    with pytest.raises(Warning, match="unordered"):
        Paginator(Unit.objects.order_by(), 10).page(1)


def test_a_date_and_time_without_zone_fails():
    with pytest.raises(RuntimeWarning, match="naive datetime"):
        User.objects.filter(created_at__gt=datetime(2026, 1, 1)).exists()


def test_a_warning_fails():
    with pytest.raises(UserWarning, match="careful"):
        warnings.warn("careful", stacklevel=1)

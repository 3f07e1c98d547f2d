"""A page says whether it reads or writes, and is held to it."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.db import connection, transaction
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from ui.errors import DomainError
from ui.pages import page
from ui.readonly import ReadingRouter, WroteWhileReadingError, reading

pytestmark = pytest.mark.django_db


def asked(view, method="get", actor="somebody"):
    request = getattr(RequestFactory(), method)("/")
    request.actor, request.user = actor, AnonymousUser()
    return view(request)


def writing(request):
    Group.objects.create(name="新")
    return HttpResponse("写了")


WRITES = [
    lambda: Group.objects.create(name="新"),
    lambda: Group.objects.filter(name="旧").update(name="新"),
    lambda: Group.objects.all().delete(),
    lambda: Group.objects.bulk_create([Group(name="新")]),
    lambda: connection.cursor().execute("  \n insert into auth_group (name) values ('新')"),
    lambda: connection.cursor().execute("/* hint */ update auth_group set name = '新'"),
    lambda: connection.cursor().execute("-- why\nwith x as (select 1) delete from auth_group"),
]


@pytest.mark.parametrize("write", WRITES)
def test_a_reading_page_cannot_write(write):
    Group.objects.create(name="旧")

    with pytest.raises(WroteWhileReadingError), transaction.atomic(), reading():
        write()

    assert list(Group.objects.values_list("name", flat=True)) == ["旧"]


@pytest.mark.parametrize("write", WRITES)
def test_the_same_write_outside_a_reading_page_is_done(write):
    Group.objects.create(name="旧")

    write()

    assert list(Group.objects.values_list("name", flat=True)) != ["旧"]


@pytest.mark.parametrize(
    "sql",
    [
        "select 1",
        "with x as (select 1) select * from x",
        "/* update */ select 'insert into'",
        "with x as (select 1 as updated) select updated from x",
    ],
)
def test_what_only_reads_is_let_through(sql):
    with reading(), connection.cursor() as cursor:
        cursor.execute(sql)

        assert len(cursor.fetchall()) == 1


def test_reading_is_over_when_the_page_is_over_even_after_an_error():
    with pytest.raises(ZeroDivisionError), reading():
        raise ZeroDivisionError

    assert (ReadingRouter().db_for_read(Group), Group.objects.create(name="新").name) == ("default", "新")


def test_reads_go_to_the_reading_connection_only_inside_a_reading_page():
    with reading():
        inside = ReadingRouter().db_for_read(Group)

    assert (inside, ReadingRouter().db_for_write(Group)) == ("reading", "default")
    assert [ReadingRouter().allow_migrate(alias, "ui") for alias in ("default", "reading")] == [True, False]


@pytest.mark.parametrize(
    ("method", "status"), [("get", 200), ("head", 200), ("post", 405), ("put", 405), ("delete", 405)]
)
def test_a_reading_page_answers_only_what_reads(method, status):
    assert asked(page()(lambda request: HttpResponse("读")), method).status_code == status


@pytest.mark.parametrize(
    ("method", "status"), [("get", 200), ("head", 200), ("post", 200), ("put", 405), ("delete", 405)]
)
def test_a_writing_page_answers_a_form_too(method, status):
    assert asked(page(writes=True)(lambda request: HttpResponse("写")), method).status_code == status


def test_a_writing_page_writes_on_post_and_only_then():
    view = page(writes=True)(writing)

    with pytest.raises(WroteWhileReadingError):
        asked(view, "get")
    asked(view, "post")

    assert Group.objects.count() == 1


def test_what_a_page_wrote_before_a_rule_refused_is_taken_back():
    def view(request):
        Group.objects.create(name="半截")
        raise DomainError("还差一份附件。")

    response = asked(page(writes=True, is_open=True)(view), "post", actor=None)

    assert (response.status_code, Group.objects.count()) == (409, 0)
    assert "还差一份附件。" in response.content.decode()


@pytest.mark.parametrize("actor", [None, "stranger"])
def test_who_has_no_business_there_is_told_that_there_is_no_such_page(actor):
    view = page(to=lambda who: who == "somebody")(lambda request: HttpResponse("读"))

    assert asked(view).status_code == 200
    with pytest.raises(Http404):
        asked(view, actor=actor)


def test_an_open_page_needs_nobody():
    view = page(is_open=True)(lambda request: HttpResponse("登录"))

    assert (asked(view, actor=None).status_code, view.login_required) == (200, False)


def test_a_page_tells_what_it_is():
    claim = lambda actor: True

    view = page(to=claim, writes=True)(writing)

    assert (view.page.to, view.page.writes, view.page.is_open, view.__name__) == (claim, True, False, "writing")

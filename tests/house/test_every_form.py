"""The kind "a form": whichever page has one, it is sent once, keeps its draft, and says of files only what is so.

The pages are those of the table of rights (tests/house/access.py): a new page with a form is walked as soon as it is
classified.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from casework.models import Event
from organizations.enums import Role
from organizations.models import AccountEvent
from tests.house.access import ROWS, Row
from tests.house.world import World

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-the-test-0001"
# What is typed there is never kept in a browser: passwords and codes
SECRET = {"password", "second_factor"}
# Files are chosen, nothing is typed: they wait for confirmation on the server (StagedImport, StagedLaw)
ONE_FILE = {"organizations:sheet", "inspections:new_laws"}
# It asks and saves nothing: what is typed there stands in the answer
ASKED = {"inspections:similar"}
WRITING = [row for row in ROWS if row.writes]
NAME = lambda row: row.name
FORM = re.compile(r"<form\b(?P<head>[^>]*)>(?P<body>.*?)</form>", re.DOTALL)
ASKS = re.compile(r"<(?:textarea|select)\b|<input\b(?![^>]*type=[\"'](?:hidden|submit|search)[\"'])", re.IGNORECASE)


def typed_into(page: str) -> list[str]:
    """Return what is in each form of a page that is posted and asks for something."""
    found = [(form["head"], form["body"]) for form in FORM.finditer(page)]
    return [body for head, body in found if re.search(r"method=[\"']post", head) and ASKS.search(body)]


def answer_of(client: Client, url: str) -> HttpResponse:
    with transaction.atomic():
        answer: HttpResponse = client.get(url)
        transaction.set_rollback(True)
    return answer


DRAWN = pytest.mark.once(reason="how a form is drawn; the pages are asked on both databases by test_access.py")


@pytest.mark.slow
@DRAWN
@pytest.mark.parametrize("row", [row for row in WRITING if row.name not in SECRET | ONE_FILE | ASKED], ids=NAME)
def test_what_is_typed_is_sent_once_and_keeps_a_draft(world: World, row: Row) -> None:
    url = reverse(row.name, args=row.at(world.own))
    wrong = []
    for role in sorted(row.writes):
        answer = answer_of(world.clients[role], url)
        if answer.status_code != 200:
            continue
        for body in typed_into(answer.content.decode()):
            marks = re.findall(r'name="_once" value="([\w-]{16,40})" data-qy-once="[^"]*" data-qy-by="(\d+-\d+)"', body)
            post = world.posts[role]
            if [by for _, by in marks] != [f"{post.user_id}-{post.pk}"]:
                wrong.append(f"{url} as {role}: {marks}")

    assert wrong == []


@pytest.mark.parametrize("name", sorted(SECRET))
def test_a_secret_is_in_no_draft_and_no_receipt(world: World, name: str, settings: Any) -> None:
    writes = next(row for row in ROWS if row.name == name).writes
    if not writes:  # a page of those whom the office asks for a token
        settings.SECOND_FACTOR_FOR, writes = ["office"], {Role.OFFICE_STAFF}
    role = sorted(writes)[0]

    page = answer_of(world.clients[role], reverse(name)).content.decode()

    assert ('type="password"' in page or "autocomplete" in page, "_once" in page) == (True, False)


@pytest.mark.slow
@pytest.mark.parametrize("row", WRITING, ids=NAME)
def test_the_same_form_sent_twice_is_done_once(world: World, row: Row) -> None:
    """Whatever the first sending did, the second does nothing, and is led to where the first was."""
    url = reverse(row.name, args=row.at(world.own))
    given = row.sends(world.own) | {"_once": TOKEN}
    client = world.clients[sorted(row.writes)[0]]
    with transaction.atomic():
        first = client.post(url, given)
        before = Event.objects.count() + AccountEvent.objects.count()
        second = client.post(url, given)
        wrote = Event.objects.count() + AccountEvent.objects.count() - before
        transaction.set_rollback(True)

    if first.headers.get("QY-Accepted") == TOKEN:
        leads = first.headers.get("Location", url)
        assert (second.headers.get("QY-Accepted"), second.headers.get("Location"), wrote) == (TOKEN, leads, 0)


@pytest.mark.slow
@DRAWN
@pytest.mark.parametrize("row", WRITING, ids=NAME)
def test_words_about_files_stand_only_where_files_are_chosen(world: World, row: Row) -> None:
    url = reverse(row.name, args=row.at(world.own))
    client = world.clients[sorted(row.writes)[0]]
    with transaction.atomic():
        page = client.post(url, {}).content.decode()
        transaction.set_rollback(True)

    if "填过的内容都在" in page:
        assert ("收下的文件也在" in page) == ('type="file"' in page)

"""The kind "what leaves the system": whichever page hands out a file tells the log first; every refusal stands there.

The pages are those of the table of rights (tests/house/access.py): a new export or download is walked as soon as it is
classified.
"""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.db import transaction
from django.urls import reverse

from organizations.enums import Role
from organizations.models import AccessEntry
from tests.house.access import OPEN, ROWS, Row
from tests.house.world import World

pytestmark = pytest.mark.django_db
QUERIES = ("", "?export=xlsx")  # 打印版 is asked for below; a blank template is a page of its own as well
HANDED_OUT = "Content-Disposition"


def asked(world: World, row: Row) -> tuple[str, list[Any]]:
    """The address of a page, and its answers to whoever may open it, with and without a sheet."""
    url, client = reverse(row.name, args=row.at(world.own)), world.clients[min(row.own)]
    return url, [client.get(url + query) for query in QUERIES]


@pytest.mark.slow
def test_every_file_that_is_handed_out_stands_in_the_log_once(world: World) -> None:
    handed_out, told = {}, {}

    for row in ROWS:
        if row.name in OPEN or not row.own:
            continue
        before = AccessEntry.objects.count()
        with transaction.atomic():
            url, answers = asked(world, row)
            files = [answer for answer in answers if answer.has_header(HANDED_OUT)]
            lines = AccessEntry.objects.exclude(what="refused").order_by("pk")[before:]
            opened = [line for line in lines if line.what in ("export", "download")]
            if files or opened:
                handed_out[url], told[url] = len(files), len(opened)
            transaction.set_rollback(True)

    assert told == handed_out
    assert len(handed_out) >= 15


@pytest.mark.slow
def test_every_refusal_stands_in_the_log_with_who_and_where(world: World) -> None:
    role, refused = Role.UNIT_LIAISON, []
    client = world.clients[role]

    for row in ROWS:
        if role in row.own or row.name in OPEN or row.name == "second_factor_code":
            continue
        url = reverse(row.name, args=row.at(world.own))
        if client.get(url, REMOTE_ADDR="10.8.7.6").status_code == 404:
            refused.append(url)

    lines = AccessEntry.objects.filter(what="refused").order_by("pk")
    assert [line.path for line in lines] == refused
    assert len(refused) >= 20
    assert {(line.post_id, line.address) for line in lines} == {(world.actor(role).post.pk, "10.8.7.6")}


def test_a_sheet_bears_the_number_of_its_line_on_every_page(world: World) -> None:
    client = world.clients[Role.OFFICE_STAFF]

    for query in ("?export=xlsx", "?export=print"):
        answer = client.get(reverse("rectifications") + query)
        foot = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.oddFooter.left.text

        line = AccessEntry.objects.order_by("-pk")[0]
        assert (line.what, f"取用日志第 {line.pk} 号" in foot, world.actor(Role.OFFICE_STAFF).person in foot) == (
            "export",
            True,
            True,
        )
        assert line.rows >= 1

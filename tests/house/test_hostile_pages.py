"""What an attacker writes, into an address or into a field, breaks no page and comes out as the text it is.

Walks every page that reads (tests/house/access.py). A page that breaks raises here; script that comes out fails every
test of the house (tests/conftest.py) and is looked for once more in all its spellings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import cycle, islice

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse

from organizations.enums import Role
from organizations.models import AccessEntry, AccountEvent, SignIn
from tests.factories import UnitFactory
from tests.house.access import ROWS
from tests.house.world import World

pytestmark = pytest.mark.django_db
WHO = (Role.OFFICE_STAFF, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN)
HOSTILE = (
    *("\0", "'", '"', "<script>alert(1)</script>", "-1", "0", "9" * 20, "1e309", "NaN", "२", "½", "٣"),
    *("2026-02-30", "0000-00-00", "9999-12-31", "10000-01-01", "2026-13", "../..", "%", "_", "\\", "(", "["),
    *("=cmd", "\u202e", "\ud7ff", "x" * 3000, "1,2", "null", "-pk", "__class__", "state__in", "\r\nX: y"),
)
EVERYWHERE = {"page", "sort", "q", "on", "from", "to", "state", "kind", "back", "post", "export"}
NAMES = re.compile(r'<(?:input|select|textarea)[^>]*\bname="([\w-]+)"')
ROUNDS = 2  # each page so often, every parameter with another value
SIGN = "\"'><b onload=x>{{7}}"  # the ends of an attribute and of an element, a handler, a template's braces
# columns that code reads, or that hold bytes of its own
MACHINE = {
    "closure_number",
    "kind",
    "state",
    "path",
    "query",
    "file",
    "sha256",
    "hash",
    "username",
    "password",
    "code",
    "method",
    "name_key",
}
NOBODY_EDITS = {AccessEntry, AccountEvent, SignIn}  # only added to; written by the machine
FACTS = {"inspections", "rectification", "clues", "organizations"}


def pages(world: World, role: Role) -> Iterator[str]:
    for row in ROWS:
        if role in row.own and row.name not in {"logout", "export_file", "attachment"}:
            yield reverse(row.name, args=row.at(world.own))


@pytest.mark.once(reason="what is sent is refused or cleaned before a database is asked; the walk takes seconds")
@pytest.mark.slow
@pytest.mark.parametrize("role", WHO)
def test_no_value_in_an_address_breaks_a_page(world: World, role: Role) -> None:
    client, values, broken = world.clients[role], cycle(HOSTILE), []
    for url in dict.fromkeys(pages(world, role)):
        page = client.get(url)
        shown = "" if page.streaming else page.content.decode(errors="replace")
        names = sorted(EVERYWHERE | set(NAMES.findall(shown)))
        for n in range(ROUNDS):
            asked = dict(zip(names[n % 2 :: 2], islice(values, len(names)), strict=False))
            answer = client.get(url, asked)
            if answer.status_code >= 500 or (not answer.streaming and b"<script>alert(1)" in answer.content):
                broken.append((url, asked))

    assert broken == []


@pytest.mark.slow
def test_an_address_offers_no_row_that_the_page_does_not(world: World) -> None:
    """A form begins with what its address says only where that is offered: a key is no way to any row there is."""
    team, staff = world.clients[Role.TEAM_MEMBER], world.clients[Role.OFFICE_STAFF]
    retired = UnitFactory(abolished_on=date(2020, 1, 1))
    log = f"{reverse('inspections:new_finding')}?campaign={world.own.campaign.pk}"
    given = {"title": "未公示", "facts": "抽查执法决定十二件，三件未公示。", "kind": "problem", "severity": "1"}

    offered = team.get(f"{log}&unit={world.own.unit.pk}").content.decode()
    hidden = team.get(f"{log}&unit={retired.pk}").content.decode()
    sent = team.post(f"{log}&unit={retired.pk}", given | {"unit": retired.pk})
    clue = staff.get(f"/clues/new/?unit={retired.pk}").content.decode()

    assert re.search(rf'value="{world.own.unit.pk}"[^>]*selected', offered)
    assert retired.name not in hidden
    assert sent.status_code == 422
    assert "unit" in sent.context["form"].errors
    assert retired.name not in clue


def written_everywhere() -> int:
    """Put the sign in front of every text that people write, in the tables of the work."""
    written = 0
    for model in apps.get_models():
        if model._meta.app_label not in FACTS or model._meta.proxy or model in NOBODY_EDITS:
            continue
        for field in model._meta.concrete_fields:
            if type(field) not in (models.CharField, models.TextField) or field.choices or field.unique:
                continue
            if field.name in MACHINE or (field.max_length or 99) < len(SIGN):
                continue
            filled = model._default_manager.exclude(**{field.name: ""})
            written += filled.update(**{field.name: SIGN})
    return written


@pytest.mark.slow
@pytest.mark.once(reason="templates escape alike whatever database the text came from")
def test_what_is_written_into_any_field_comes_out_as_text(world: World) -> None:
    assert written_everywhere() > 50

    raw, seen = [], 0
    for role in WHO:
        for url in dict.fromkeys(pages(world, role)):
            answer = world.clients[role].get(url)
            body = "" if answer.streaming else answer.content.decode(errors="replace")
            seen += "&lt;b onload=x&gt;" in body
            if "<b onload" in body or "'><b" in body:
                raw.append(url)

    assert raw == []
    assert seen > 15  # it was there to be seen

"""A role is one line of `Role` and one of STANDINGS (docs/extending.md).

What it sees, its bar and its first page follow from there.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.test import Client

from casework.models import Case
from organizations import enums
from organizations.enums import STANDINGS, Role, Sees, Standing, UnitCategory
from rectification.enums import State
from tests.factories import UnitFactory, a_post, a_rectification, acting

SOURCE = Path(enums.__file__).read_text("utf-8")
ENUM_LINE = '    CITY_LEADER = "city_leader", "市领导"\n'
TABLE_LINE = "    Role.CITY_LEADER: Standing("
NEW_ROLE = '    OBSERVER = "observer", "观察员"\n'
NEW_LINE = '    Role.OBSERVER: Standing(Sees.ALL_OPEN, frozenset({"dashboard"}), "dashboard"),\n'


def with_lines(*, in_the_enum: str, in_the_table: str) -> ModuleType:
    """Run organizations/enums.py as it would be with two more lines."""
    assert (SOURCE.count(ENUM_LINE), SOURCE.count(TABLE_LINE)) == (1, 1)
    text = SOURCE.replace(ENUM_LINE, ENUM_LINE + in_the_enum).replace(TABLE_LINE, in_the_table + TABLE_LINE)
    module = ModuleType(enums.__name__)
    exec(compile(text, enums.__file__, "exec"), module.__dict__)
    return module


def test_a_role_with_both_lines_has_its_standing_and_is_no_office_or_administrator() -> None:
    house = with_lines(in_the_enum=NEW_ROLE, in_the_table=NEW_LINE)

    standing = house.STANDINGS[house.Role.OBSERVER]
    assert (standing.sees, standing.lands) == (house.Sees.ALL_OPEN, "dashboard")
    assert house.Role.OBSERVER in house.BUSINESS
    assert house.Role.OBSERVER not in house.OFFICE | house.ADMINISTRATORS | house.INSPECTED | house.TEAM


def test_a_role_without_its_line_is_refused_at_start_and_told_where_to_write_it() -> None:
    with pytest.raises(ValueError, match=r"STANDINGS in organizations/enums\.py for observer"):
        with_lines(in_the_enum=NEW_ROLE, in_the_table="")


def test_groups_of_roles_are_those_of_the_matrix() -> None:
    # docs/domain/dictionaries.md 9.13, written down a second time
    assert {Role.OFFICE_DIRECTOR, Role.OFFICE_STAFF} == enums.OFFICE
    assert {Role.UNIT_HEAD, Role.UNIT_LIAISON} == enums.INSPECTED
    assert {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN} == enums.ADMINISTRATORS
    assert {role for role, standing in STANDINGS.items() if standing.sees == Sees.ALL_OPEN} == {Role.CITY_LEADER}


@pytest.mark.django_db
def test_scope_bar_and_first_page_follow_the_table(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    rectification = a_rectification(State.REMEDYING)
    post = a_post(Role.HOTLINE_CLERK, UnitFactory(category=UnitCategory.CONSULTED, is_inspected=False))

    def seen() -> tuple[bool, Any]:
        client.force_login(post.user, backend="django.contrib.auth.backends.ModelBackend")
        home = client.get("/")
        bar = home if home.status_code == 200 else client.get(home["Location"])
        items = [item["label"] for item in bar.context["nav"]]
        return Case.objects.visible_to(acting(post)).filter(pk=rectification.pk).exists(), (home.status_code, items)

    before = seen()
    monkeypatch.setitem(STANDINGS, Role.HOTLINE_CLERK, Standing(Sees.ALL_OPEN, frozenset({"dashboard"}), "dashboard"))
    after = seen()

    assert before == (False, (200, ["首页"]))
    assert after == (True, (302, ["首页", "看板"]))

"""Counties stand before the departments, each by code, in every list, select and sheet that is ordered by units."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from organizations.enums import UnitCategory
from organizations.models import Unit
from tests.factories import UnitFactory

ORDERED = ("621002", "621027", "621000-A01", "621000-G08")  # docs/domain/regions.md 3.1, 3.3


@pytest.fixture
def _units(db: None) -> None:
    for code in ("621000-G08", "621027", "621000-A01", "621002"):
        is_county = "-" not in code
        UnitFactory(code=code, category=UnitCategory.COUNTY if is_county else UnitCategory.PARTY)


@pytest.mark.usefixtures("_units")
def test_units_stand_in_the_order_of_the_office() -> None:
    assert tuple(Unit.objects.filter(code__in=ORDERED).values_list("code", flat=True)) == ORDERED


@pytest.mark.usefixtures("_units")
def test_a_unit_that_becomes_a_county_moves_with_it() -> None:
    Unit.objects.filter(code="621000-G08").update(category=UnitCategory.COUNTY)

    found = Unit.objects.filter(code__in=ORDERED).values_list("code", flat=True)

    assert list(found) == ["621000-G08", "621002", "621027", "621000-A01"]


def test_no_row_is_put_in_order_by_the_code_of_its_unit() -> None:
    apps_of_ours = [config for config in apps.get_app_configs() if Path(config.path).parent == Path(settings.BASE_DIR)]
    written = [
        f"{path.relative_to(settings.BASE_DIR)}: {found[0]}"
        for config in apps_of_ours
        for path in Path(config.path).rglob("*.py")
        if "migrations" not in path.parts
        for found in re.finditer(r"""["'][\w_]*unit__code["']""", path.read_text())
    ]

    assert written == []

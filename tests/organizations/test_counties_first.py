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

pytestmark = pytest.mark.django_db
ORDERED = ("621002", "621027", "621000-A01", "621000-G08")  # docs/domain/regions.md 3.1, 3.3


@pytest.fixture
def _units() -> None:
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


ORDERING = re.compile(r"""\b(?:order_by|order|ordering|sort)\s*=?\s*\([^()]*["'](?:-?[\w_]*unit__code)["']""")


def test_no_row_is_put_in_order_by_the_code_of_its_unit() -> None:
    ours = [config for config in apps.get_app_configs() if Path(config.path).parent == Path(settings.BASE_DIR)]
    sources = [path for config in ours for path in Path(config.path).rglob("*.py") if "migrations" not in path.parts]

    found = {path.name: hit[0] for path in sources for hit in ORDERING.finditer(path.read_text())}

    assert found == {}
    assert ORDERING.search('sort=("unit__code",)')  # the pattern bites
    assert ORDERING.search('.order_by("case__unit__code", "pk")')

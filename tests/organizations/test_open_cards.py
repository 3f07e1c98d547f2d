"""A unit does not end while something is open at it; what is closed stays and its successor sees it."""

import pytest
from django.utils import timezone

from casework.models import Case
from organizations import services
from organizations.enums import Role, UnitCategory
from organizations.models import Unit
from rectification.enums import State
from tests.factories import UnitFactory, a_post, a_rectification, acting, an_actor
from ui.errors import DomainError

pytestmark = pytest.mark.django_db


def keeper():
    return an_actor(Role.SYSTEM_ADMIN, UnitFactory(category=UnitCategory.ADMINISTRATION, is_inspected=False))


def test_a_unit_with_an_open_card_is_not_abolished():
    case = a_rectification(State.REMEDYING)

    with pytest.raises(DomainError, match="件未办结，请先办结或者改派"):
        services.abolish_unit(case.unit, on=timezone.localdate(), actor=keeper())

    assert Unit.objects.get(pk=case.unit_id).abolished_on is None


def test_closed_cards_stay_with_the_old_unit_and_the_successor_sees_them():
    case, into = a_rectification(State.CLOSED), UnitFactory()

    services.merge_units([case.unit], into=into, on=timezone.localdate(), actor=keeper())

    seen = Case.objects.visible_to(acting(a_post(Role.UNIT_LIAISON, into))).get(pk=case.pk)
    assert (seen.unit, seen.unit_name) == (case.unit, case.unit_name)

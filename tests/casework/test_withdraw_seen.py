"""A step is taken back as it was seen: what happened meanwhile is told first."""

import pytest
from django.urls import reverse

from casework.models import Event
from casework.workflow import engine
from organizations.enums import Role
from rectification.enums import State
from tests.factories import a_rectification, an_actor

pytestmark = pytest.mark.django_db


def test_what_came_meanwhile_is_told_before_a_step_is_taken_back(signed_in):
    case = a_rectification(State.SIGN)
    liaison = an_actor(Role.UNIT_LIAISON, case.unit)
    engine.perform(case, "sign", liaison)
    case.refresh_from_db()
    url, client = reverse("withdraw", args=[case.pk]), signed_in(liaison)
    seen = client.get(url).context["form"].initial["seen"]
    engine.note(case, an_actor(Role.UNIT_LIAISON, case.unit), "remark", "补充说明")

    stale = client.post(url, {"reason": "点错了", "seen": seen})
    blind = client.post(url, {"reason": "点错了"})

    assert (stale.status_code, blind.status_code) == (409, 422)
    assert not Event.objects.filter(case=case, name="withdraw").exists()

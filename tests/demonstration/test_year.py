"""The demonstration year: the city's published figures are counted from what was done, and everything it did holds."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from casework import trail
from casework.models import Case
from inspections.models import TeamMember
from organizations.enums import AccountAct
from organizations.models import AccountEvent, User
from qingyang_inspect.reference.load import load_reference

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def told(command: str) -> list[str]:
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue().splitlines()


def test_the_published_figures_are_counted_and_the_trail_holds() -> None:
    load_reference()
    call_command("load_demo", stdout=StringIO(), stderr=StringIO())

    lines = told("demo_figures")

    assert [line for line in lines if not line.startswith("一致")] == []
    assert any(re.search(r"两个专项销号率：公布 98\.8%，数出 98\.8%.*/figures/\?within=\d+,\d+", line) for line in lines)
    assert list(trail.verify()) == []
    told("check_figures")  # raises where a card differs from its trail, a seal or a live count
    assert AccountEvent.objects.filter(what=AccountAct.OPENED).count() == User.objects.count()  # everybody came by the door
    assert User.objects.filter(password_set_on__lt=timezone.localdate()).count() == 0  # nobody shown has to change it first
    assert set(TeamMember.objects.filter(post__user__home_unit=None).values_list("duty", flat=True)) == {TeamMember.Duty.EXPERT}
    assert set(Case.objects.filter(kind="rectification").values_list("state", flat=True)) == {
        "sign", "claim", "dispute", "plan", "plan_review", "plan_returned", "remedying", "sent_back", "supervision", "publicity", "final_review", "long_term", "suspended",
        "closed", "reassigned", "void",
    }  # fmt: skip

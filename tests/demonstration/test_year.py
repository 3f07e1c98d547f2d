"""The demonstration year: the city's published figures are counted from what was done, and everything it did holds.

The first half of the suite makes it by its steps and leaves it to the second (tests/left.py).
"""

import re
from html import unescape
from io import StringIO
from typing import Any
from urllib.parse import urljoin

import pytest
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone

from casework.kinds import spec_of
from casework.models import Case, Event
from casework.workflow import trail
from inspections.models import TeamMember
from organizations.enums import AccountAct
from organizations.models import AccountEvent, User
from qingyang_inspect.demonstration.people import ACCOUNTS, TEAM_ACCOUNTS
from qingyang_inspect.reference.load import load_reference
from rectification.enums import LOOK_BACK
from rectification.models import PaperWarning, Rectification
from rectification.paper.rule import rules
from tests.left import left_or_made

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def told(command: str) -> list[str]:
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture(autouse=True)
def _own_media() -> None:
    """Leave the files where the year put them (tests/conftest.py gives every other test its own folder)."""


@pytest.fixture(scope="module", autouse=True)
def _year(made_once: Any, tmp_path_factory: Any) -> Any:
    def make() -> None:
        load_reference()
        call_command("load_demo", stdout=StringIO(), stderr=StringIO())

    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("year")):
        made_once(lambda: left_or_made("QY_YEAR", make))
        yield


def shape(address: str) -> str:
    """What addresses have in common that lead to the same page of different things."""
    path, _, query = address.partition("?")
    return (
        re.sub(r"\d+", "#", path) + "?" + "&".join(sorted(part.partition("=")[0] for part in query.split("&") if query))
    )


def links_from(address: str, answer: Any) -> list[str]:
    if answer.status_code == 302:
        return [answer.url]
    if "html" not in answer["Content-Type"] or address.startswith("/admin/"):
        return []
    return [
        urljoin(address, unescape(found)).partition("#")[0]
        for found in re.findall(r'href="([^"#]+)"', answer.content.decode())
    ]


def test_the_published_figures_are_counted_and_the_trail_holds() -> None:
    lines = told("demo_figures")

    assert [line for line in lines if not line.startswith("一致")] == []
    assert any(
        re.search(r"两个专项销号率：公布 98\.8%，数出 98\.8%.*/figures/\?within=\d+,\d+", line) for line in lines
    )
    assert list(trail.verify()) == []
    told("check_figures")  # raises where a card differs from its trail, a seal or a live count
    assert (
        AccountEvent.objects.filter(what=AccountAct.OPENED).count() == User.objects.count()
    )  # everybody came by the door
    assert (
        User.objects.filter(password_set_on__lt=timezone.localdate()).count() == 0
    )  # nobody shown has to change it first
    assert set(TeamMember.objects.filter(post__user__home_unit=None).values_list("duty", flat=True)) == {
        TeamMember.Duty.EXPERT
    }
    assert set(Case.objects.filter(kind="rectification").values_list("state", flat=True)) == {
        "sign", "claim", "dispute", "part", "handover", "plan", "plan_review", "plan_returned", "remedying",
        "sent_back", "supervision", "publicity", "final_review", "long_term", "suspended", "closed",
        "reassigned", "void",
    }  # fmt: skip


def test_every_line_of_the_circuits_of_rectification_was_taken() -> None:
    """Also what is sent back, refused, taken back: whoever looks at the year sees each branch once."""
    taken = set(Event.objects.order_by().values_list("case__kind", "name").distinct())
    kinds = ("rectification", "feedback", "progresscall", "supportneed")
    every = [(kind, line) for kind in kinds for line in spec_of(kind).table.whole.transitions]
    lines = {(kind, line.name) for kind, line in every if line.who.roles}  # what people take

    assert sorted(lines - taken) == []
    split = Rectification.objects.filter(case__events__name="split").distinct()
    parts = [set(row.finding.rectifications.values_list("part", flat=True)) for row in split]
    assert [len(part - {""}) for part in parts] == [2] * len(parts) != []
    kept_up = Case.objects.filter(rectification__finding__rectify_type="R3", state="long_term")
    assert {case.stage_goals.filter(goal=case.content.stage_goal).count() for case in kept_up} == {1}
    answered = PaperWarning.objects.exclude(answer="").values_list("rule", flat=True)
    assert set(rules()) == set(answered)
    waiting = PaperWarning.objects.filter(answer="", lapsed_at=None).values_list("rule", flat=True)
    assert len(set(waiting)) >= 4  # of several rules, still to be answered


def test_the_year_exercises_the_clocks() -> None:
    """Counted from the cards and the trail, not from the figures: late closures, extensions kept and missed."""
    today = timezone.localdate()
    year = today.year if today.month >= 11 else today.year - 1
    closed = list(Case.objects.filter(kind="rectification", state="closed", is_lead=True))
    extended = [case for case in closed if case.due_on > case.original_due_on]
    late = [case for case in closed if case.closed_on > case.due_on]

    assert {case.closed_on.month for case in closed if case.closed_on.year == year} >= set(range(1, 11))
    assert len([case for case in late if case not in extended]) >= 5
    assert len([case for case in extended if case.original_due_on < case.closed_on <= case.due_on]) >= 5  # kept
    assert len([case for case in extended if case in late]) >= 2  # missed
    granted = Event.objects.filter(name="grant_extension").values_list("case", flat=True)
    assert {case.pk for case in extended} <= set(granted)
    assert Case.objects.filter(kind=LOOK_BACK, state="judged").count() >= 20
    in_time = len([case for case in closed if case.closed_on <= case.due_on])
    in_time_once = len([case for case in closed if case.closed_on <= case.original_due_on])
    assert in_time_once < in_time < len(closed)  # the two clocks differ, and neither says 100 %


IDLE = {"jiwei", "rexian"}  # nothing is asked of them yet: first page and account alone


@pytest.mark.once(reason="where links lead is the same everywhere; each page is asked on both by test_access.py")
@pytest.mark.parametrize(
    "username",
    [
        *{account.role: account.username for account in reversed(ACCOUNTS)}.values(),
        *(username for username, *_ in TEAM_ACCOUNTS),
    ],
)
def test_no_link_leads_nowhere(client: Any, settings: Any, username: str) -> None:
    """From the first page on, every kind of page the person can reach by clicking opens."""
    settings.OTP_FOR_ADMINISTRATORS = False
    client.raise_request_exception = False
    client.force_login(User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    waiting, kinds, dead = ["/"], {"/?"}, []
    while waiting:
        address = waiting.pop(0)
        answer = client.get(address)
        if answer.status_code not in {200, 302}:
            dead.append(f"{answer.status_code} {address}")
            continue
        for link in links_from(address, answer):
            if (
                link.startswith("/")
                and not link.startswith("/static/")
                and shape(link) not in kinds
                and shape(link).count("&") == 0
            ):
                kinds.add(shape(link))
                waiting.append(link)

    assert dead == []
    assert len(kinds) > (2 if username in IDLE else 4)

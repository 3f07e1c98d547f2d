"""The admin as a place of work: a whole inspection by people of the office who have only the admin.

They begin at /admin/ and follow what stands there: buttons, actions on ticked rows, the forms these lead to. Team, unit
and reviewer have no admin by right (docs/domain/compliance.md 6.1): their steps are taken on their own pages
(tests/browser/test_whole_chain.py), and here by the engine.
"""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casework.enums import Secrecy
from casework.models import Case
from casework.workflow import engine, trail
from inspections.models import PlanItem, Team
from inspections.services import draft_plan
from organizations.enums import ADMINISTRATORS, INSPECTED, OFFICE, Role
from organizations.models import Unit, User
from rectification.enums import State
from tests.factories import (
    BasisFactory,
    Cast,
    TopicFactory,
    UnitFactory,
    UserFactory,
    a_call,
    a_campaign,
    a_finding,
    a_look_back,
    a_need,
    a_post,
    a_rectification,
    an_actor,
    prepare,
)
from tests.house.world import a_clue
from tests.inspections.people import days
from tests.papers import PDF
from tests.programmes import a_programme, issued
from tests.rights.sheet import KINDS, rights

pytestmark = pytest.mark.django_db
DESKS = {kind: f"admin:{app}_{kind}_changelist" for kind, app in {
    "annualplan": "inspections", "campaign": "inspections", "finding": "inspections", "clue": "clues",
    "rectification": "rectification", "lookback": "rectification", "progresscall": "rectification",
    "supportneed": "rectification", "programme": "rectification", "aspect": "rectification",
    "unitclaim": "rectification", "feedback": "rectification",
}.items()}  # fmt: skip


class Fields(HTMLParser):
    """What a browser would send of the forms of a page, nothing typed."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, Any] = {}
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, kind = given.get("name", ""), given.get("type", "")
        if tag == "select":
            self.select = name
        if tag == "option" and self.select and "selected" in given:
            self.sent[self.select] = given.get("value", "")
        is_sent = kind not in {"file", "submit", "checkbox", "radio"} or "checked" in given
        if tag == "input" and name and is_sent:
            self.sent[name] = given.get("value", "on" if kind in {"checkbox", "radio"} else "")


class AtTheDesk:
    """A person of the office who knows only the address of the admin."""

    def __init__(self, role: Role) -> None:
        self.client = Client()
        self.client.force_login(a_post(role).user)

    def read(self, url: str) -> str:
        answer = self.client.get(url)
        assert answer.status_code == 200, (url, answer.status_code)
        return unescape(answer.content.decode().split("<main")[1])

    def follow(self, url: str, words: str) -> str:
        """Return where the link or button of these words leads."""
        for href, label in re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', self.read(url), re.DOTALL):
            if words == re.sub(r"<[^>]+>|\s", "", label):
                return str(href)
        raise AssertionError(f"{url} leads nowhere by {words}")

    def send(self, url: str, **typed: Any) -> Any:
        """Fill in the form of a page and send it."""
        fields = Fields()
        fields.feed(self.read(url))
        kept = {name: value for name, value in fields.sent.items() if typed.get(name, "") is not None}
        answer = self.client.post(url, kept | {name: value for name, value in typed.items() if value is not None})
        assert answer.status_code in {200, 302}, (url, answer.status_code, answer.context["form"].errors)
        return answer

    def begin(self, words: str, **typed: Any) -> None:
        self.send(self.follow("/admin/", words), **typed)

    def act(self, case: Case, name: str, **typed: Any) -> None:
        """Tick the case in its list, choose the action, and answer what is asked."""
        case.refresh_from_db()
        listed = reverse(DESKS[case.kind])
        assert f'value="step_{case.kind}_{name}"' in self.read(listed)
        led = self.client.post(listed, {"action": f"step_{case.kind}_{name}", "_selected_action": case.pk})
        assert led.status_code == 302, led.status_code
        page = self.read(led["Location"])
        single = re.search(rf'href="(/cases/{case.pk}/steps/{name}/)"', page)
        if single is not None:
            self.send(single[1], **typed)
        else:
            self.send(led["Location"], step=name, apply="1", **typed)
        before = case.last_seq
        case.refresh_from_db()
        assert case.last_seq > before, f"{name}: {re.sub(r'<[^>]+>', '', page)[:400]}"


def plan_the_year(staff: AtTheDesk, director: AtTheDesk) -> None:
    staff.begin(
        "起草年度计划", **{f"items-0-{k}": v for k, v in {"title": "执法督察", "kind": "ZX", **the_span()}.items()}
    )
    plan = Case.objects.get(kind="annualplan")
    staff.act(plan, "submit")
    director.act(plan, "approve")


def found_a_campaign(staff: AtTheDesk, director: AtTheDesk, unit: Unit, inspector: User) -> None:
    """Found it, seat a team on its unit, have it approved; its page and the admin lead to each other."""
    item = PlanItem.objects.get().pk
    staff.begin(
        "立督察批次", plan_item=item, title="执法督察", with_supervision=None, with_publicity=None, **the_span()
    )
    campaign = Case.objects.get(kind="campaign")
    desk = f"/admin/inspections/campaign/{campaign.pk}/change/"
    page = staff.follow(desk, "到本件页面")
    assert (page, staff.follow(page, "在管理后台中看本件")) == (campaign.get_absolute_url(), desk)
    seats = {"seats-TOTAL_FORMS": "1", "seats-0-user": inspector.name, "seats-0-duty": "leader"}
    staff.send(f"{page}teams/new/", name="第一督察组", **seats)
    team = Team.objects.get()
    staff.send(f"{page}units/", **{f"in-{unit.pk}": "on", f"team-{unit.pk}": team.pk, "do": "save"})
    staff.act(campaign, "submit")
    director.act(campaign, "approve")


def log_a_finding(staff: AtTheDesk, unit: Unit) -> Case:
    chooser = staff.follow("/admin/", "录入问题")
    staff.send(
        chooser + staff.follow(chooser, "执法督察"),
        do="keep", unit=unit.pk, method="AJ", discovered_on=days(0).isoformat(), severity="1", topic=TopicFactory().pk,
        statement="20 份案卷中 3 份未经法制审核", rectify_type="R2", source="on_site",
        rectify_by=days(60).isoformat(), files=SimpleUploadedFile("案卷.pdf", PDF),
        **{"citations-0-basis": BasisFactory().pk, "citations-0-article": "58"},
    )  # fmt: skip
    return Case.objects.get(kind="finding")


def the_span() -> dict[str, str]:
    return {"from_on": days(0).isoformat(), "to_on": days(30).isoformat()}


@pytest.mark.slow
def test_a_whole_inspection_from_the_plan_to_closure_by_people_who_have_only_the_admin() -> None:
    unit, inspector = UnitFactory(short_name="环县"), UserFactory()
    staff, other, director = (AtTheDesk(role) for role in (Role.OFFICE_STAFF, Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR))

    plan_the_year(staff, director)
    found_a_campaign(staff, director, unit, inspector)
    finding = log_a_finding(staff, unit)
    staff.act(finding, "submit_to_office")
    other.act(finding, "confirm")
    other.act(finding, "feed_back")
    case = Case.objects.get(kind="rectification")
    people = Cast(case)
    take(case, people, "sign", "claim", "submit_plan")
    staff.act(case, "approve_plan")
    take(case, people, "request_closure")
    judge_all(staff, case)
    staff.act(case, "verify", opinion="佐证齐全")
    director.act(case, "close", **{f"opinion-{case.pk}": "同意"})

    states = {one.kind: one.state for one in Case.objects.filter(kind__in=["finding", "rectification"])}
    assert states == {"finding": "closed", "rectification": "closed"}
    assert list(trail.verify()) == []
    assert "同意销号" in staff.read(f"/admin/rectification/rectification/{case.pk}/history/")


def take(case: Case, people: Cast, *names: str) -> None:
    """Let the unit's own people take their steps."""
    for name, who, given in people.way():
        if name in names:
            prepare(case, name, who())
            case.refresh_from_db()
            engine.perform(case, name, who(), seen=case.last_seq, **given)
    case.refresh_from_db()


def judge_all(staff: AtTheDesk, case: Case) -> None:
    """Judge every measure on the page that the admin leads to first."""
    case.refresh_from_db()
    links = re.findall(r'href="([^"]+/verdicts/)"', staff.read(f"/admin/rectification/rectification/{case.pk}/change/"))
    assert links != []
    n = case.measures.count()
    staff.send(links[0], **{f"v{i}-verdict": "done" for i in range(1, n + 1)})


@pytest.mark.parametrize("role", sorted(INSPECTED | {Role.TEAM_LEADER, Role.TEAM_MEMBER, Role.INDUSTRY_REVIEWER}))
def test_who_has_no_admin_by_right_finds_none(role: Role) -> None:
    client = Client()
    client.force_login(a_post(role).user)

    assert client.get("/admin/").status_code == 404


# from the signed sheet, not from the tables that run
OFFICE_STEPS = [
    (KINDS[right.kind], right.code, person.role)
    for right in rights()
    for person in right.people
    if person.role in OFFICE
]


@pytest.mark.parametrize("role", sorted(OFFICE))
def test_every_step_the_office_signed_for_is_an_action_of_its_list(role: Role) -> None:
    case = a_rectification(State.CLOSED)
    draft_plan(an_actor(Role.OFFICE_STAFF), timezone.localdate().year)
    a_clue(case.within.campaign, case.unit)
    a_look_back(case)
    under_way = a_rectification(State.REMEDYING)
    a_call(under_way)
    a_need(under_way)
    issued(a_programme([case.unit]))
    person = AtTheDesk(role)
    pages = {kind: person.read(reverse(url)) for kind, url in DESKS.items()}
    signed = [(kind, name) for kind, name, whose in OFFICE_STEPS if whose == role]

    assert [(kind, name) for kind, name in signed if f'value="step_{kind}_{name}"' not in pages[kind]] == []
    assert len(signed) > 10


def test_the_room_says_of_each_ticked_row_what_will_and_will_not_happen() -> None:
    ready, early = a_rectification(State.PLAN_REVIEW), a_rectification(State.REMEDYING)
    staff = AtTheDesk(Role.OFFICE_STAFF)

    led = staff.client.post(
        reverse(DESKS["rectification"]),
        {"action": "step_rectification_approve_plan", "_selected_action": [ready.pk, early.pk]},
    )
    page = staff.read(led["Location"])
    staff.send(led["Location"], step="approve_plan", apply="1")

    assert "方案通过：1\xa0件" in page
    assert "另有 1\xa0件现在办不了" in page
    assert [Case.objects.get(pk=one.pk).state for one in (ready, early)] == ["remedying", "remedying"]


def test_what_is_kept_to_others_is_in_no_list_search_export_or_action() -> None:
    seen, hidden = a_finding().case, a_finding().case
    Case.objects.filter(pk=hidden.pk).update(secrecy=max(Secrecy.values), title="机密要件")
    staff = AtTheDesk(Role.OFFICE_STAFF)
    listed = reverse(DESKS["finding"])
    ticked = {"action": "export_chosen", "_selected_action": [seen.pk, hidden.pk]}

    sheet = b"".join(staff.client.post(listed, ticked))
    acted = staff.client.post(listed, ticked | {"action": "step_finding_discard", "_selected_action": [hidden.pk]})
    pages = [staff.read(url) for url in ("/admin/?q=机密要件", f"{listed}?q=机密要件", "/admin/casework/case/")]

    assert len(rows_of(sheet)) == 2  # the heading and the one row
    assert acted["Location"] in {listed, f"{listed}?"}
    assert ["机密要件" in page.replace('value="机密要件"', "").replace("“机密要件”", "") for page in pages] == [
        False
    ] * 3
    assert staff.client.get(f"/admin/inspections/finding/{hidden.pk}/history/").status_code == 404


def rows_of(sheet: bytes) -> list[Any]:
    import io

    from openpyxl import load_workbook

    return list(load_workbook(io.BytesIO(sheet)).active.values)  # type: ignore[union-attr]


@pytest.mark.parametrize("role", sorted(OFFICE | ADMINISTRATORS))
def test_every_table_has_a_chinese_title_and_no_link_says_only_look(role: Role, settings: Any) -> None:
    settings.OTP_FOR_ADMINISTRATORS = False
    person = AtTheDesk(role)
    first = person.read("/admin/")

    for model, desk in admin.site._registry.items():
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        if role not in {*desk.readers, *desk.writers}:  # type: ignore[attr-defined]
            assert f'href="{url}"' not in first
            continue
        page = person.read(url)
        heading = re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)
        assert f'href="{url}"' in first, f"the first page does not lead to {url}"
        assert heading, url
        assert not re.search("[A-Za-z]", heading[1]), (url, heading[1])
        assert not re.search(r">\s*(查看|修改)\s*<", page), url


def test_the_days_of_a_list_are_gone_through_and_rubbish_lists_nothing() -> None:
    a_campaign()
    case, today = a_rectification(), timezone.localdate()
    staff, url = AtTheDesk(Role.OFFICE_STAFF), reverse(DESKS["rectification"])

    def keys(on: str) -> list[int]:
        return [row.pk for row in staff.client.get(url, {"on": on}).context["rows"]]

    assert [keys(f"{today:{written}}") for written in ("%Y", "%Y-%m", "%Y-%m-%d")] == [[case.pk]] * 3
    assert keys("1999") == keys("rubbish") == keys("2026-13") == keys("2026-1-1-1") == []
    assert f"{today.year} 年" in staff.read(url)


def test_the_first_page_counts_what_waits_and_its_link_lists_just_these() -> None:
    person = a_post(Role.OFFICE_STAFF)
    for _ in range(2):
        a_rectification(State.PLAN_REVIEW)
    client = Client()
    client.force_login(person.user)

    [queue] = [
        queue for work in client.get("/admin/").context["work"] for queue in work.queues if queue.task == "审核整改方案"
    ]
    listed = client.get(queue.url)

    assert (queue.n, len(listed.context["rows"])) == (2, 2)
    assert "轮到谁：轮到我" in unescape(listed.content.decode())


@pytest.mark.parametrize("key", ["x", "9" * 40, "", "1' or '1'='1"])
def test_a_forged_key_does_nothing_and_breaks_nothing(key: str) -> None:
    case = a_rectification(State.PLAN_REVIEW)
    staff, listed = AtTheDesk(Role.OFFICE_STAFF), reverse(DESKS["rectification"])

    for action in ("step_rectification_approve_plan", "step_rectification_verify", "no_such_action"):
        assert staff.client.post(listed, {"action": action, "_selected_action": key}).status_code == 302
    case.refresh_from_db()
    assert case.state == State.PLAN_REVIEW

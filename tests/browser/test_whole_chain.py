"""One inspection as six different people drive it in a real browser, from the year's plan to 已销号.

On the way axe-core looks at the pages.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from casework.models import Case
from casework.workflow import trail
from inspections.models import CampaignUnit, Team
from organizations.enums import INSPECTED, OFFICE, Role
from organizations.models import Unit, User
from qingyang_inspect.reference.load import load_reference
from rectification.enums import State
from rectification.workflow.closing import standards
from tests.factories import UserFactory, a_campaign, a_cause, a_post, a_rectification
from tests.papers import PDF

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once(reason="what a browser sees; each app's own tests ask these pages on both databases"),
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "reading"]),
]
PASSWORD = "Qingyang-2026"
AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"


class Person:
    """A signed-in person with a window of his own, on the first page."""

    def __init__(
        self, browser: Any, address: str, user: User, width: int = 1366, height: int = 768, *, types: bool = False
    ) -> None:
        """Sign in: by the page and its password where he `types`, else by a session as the server gives one."""
        self.address = address
        self.page = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai"
        ).new_page()
        self.page.set_default_timeout(15_000)
        self.wrong: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self._type_password(user) if types else self._bring_session(user)
        self.page.wait_for_selector("header.qy-bar")

    def _type_password(self, user: User) -> None:
        user.set_password(PASSWORD)
        user.save()
        self.go("/sign-in/")
        self.page.fill("input[name=username]", user.username)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("main form button[type=submit]")

    def _bring_session(self, user: User) -> None:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": self.address}])
        self.go("/")

    def go(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else self.address + path)

    def choose(self, name: str, text: str) -> None:
        """Choose in a select, or in the searchable field that stands for it."""
        finder = self.page.locator(f"#id_{name}-find")
        if finder.count():
            finder.fill(text)
            finder.press("Tab")
        else:
            self.page.select_option(f"#id_{name}", label=text)

    def send(self, button: str) -> None:
        """Send a form and wait for the page it leads to: the script sends it, and leaves when it is accepted."""
        with self.page.expect_navigation():
            self.page.click(button)

    def step(self, case: Case, label: str, **typed: str) -> None:
        """Take a step from the page of the case: its button, its form, its confirmation."""
        self.go(case.get_absolute_url())
        self.page.click(f".qy-offers a.btn:text-is('{label}')")
        for name, text in typed.items():
            box = self.page.locator(f"#id_{name}")
            box.check() if box.get_attribute("type") == "checkbox" else box.fill(text)
        self.send(f"main form button[type=submit]:text-is('{label}')")
        self.page.wait_for_selector(".qy-note.good")

    def looks_right(self) -> None:
        """Nothing for axe-core to find, no script error, no sideways scrolling."""
        devtools = self.page.context.new_cdp_session(
            self.page
        )  # the pages' own policy would refuse a script tag, and stays in force
        devtools.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
        self.page.evaluate("window.scrollTo(0, 0)")  # what the bar lies over meanwhile is no fault of the page
        found = self.page.evaluate(
            "axe.run(document, {resultTypes: ['violations'],"  # the rest need not be described
            " runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        )
        told = [f"{v['id']}: {v['help']} {[n['target'] for n in v['nodes'][:3]]}" for v in found["violations"]]
        assert told == [], f"{self.page.url}\n" + "\n".join(told)
        assert self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, (
            f"{self.page.url} scrolls sideways"
        )
        assert self.wrong == []


def the_cast(browser: Any, address: str, unit: Unit) -> dict[str, Person]:
    """The people of the office and of a unit, each signed in; whoever inspects has no post until a team is formed."""
    posts = {role: a_post(role, unit) for role in INSPECTED} | {role: a_post(role) for role in OFFICE}
    return {
        role: Person(browser, address, posts[role].user, types=True)
        for role in (Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR, Role.UNIT_LIAISON, Role.UNIT_HEAD)
    }


def plan_the_year(staff: Person, director: Person, title: str) -> None:
    """Draft a plan of one item and have it approved."""
    today = timezone.localdate()
    staff.go("/plans/new/")
    for name, text in (("title", title), ("from_on", f"{today}"), ("to_on", f"{today + timedelta(30)}")):
        staff.page.fill(f"#id_items-0-{name}", text)
    staff.looks_right()
    staff.send("main form button[type=submit]")
    plan = Case.objects.get(kind="annualplan")
    staff.step(plan, "报请审定")
    director.step(plan, "审定")


def begin_a_campaign(staff: Person, director: Person, title: str, seats: list[tuple[User, User]]) -> Case:
    """Found the campaign of the plan's item over all units and return its card.

    The four teams are formed, and a leader and a member seated in each.
    """
    staff.go("/plans/")
    staff.page.click("tbody th a")
    staff.page.click("main a:text-is('立批次')")
    for switch in ("with_supervision", "with_publicity"):
        staff.page.uncheck(f"#id_{switch}")
    staff.send("main form button[type=submit]")
    staff.send("button[value=all]")
    staff.send("button[value=four]")
    campaign = Case.objects.get(kind="campaign", title=title)
    for team, (leader, member) in zip(Team.objects.filter(campaign_id=campaign.pk).order_by("pk"), seats, strict=True):
        staff.go(f"/teams/{team.pk}/")
        for n, (person, duty) in enumerate(((leader, "组长"), (member, "成员"))):
            staff.page.fill(f"#id_seats-{n}-user", person.name)
            staff.page.select_option(f"#id_seats-{n}-duty", label=duty)
        staff.send("main form button.btn-primary")
        staff.page.wait_for_selector(".qy-note.good")
    staff.looks_right()
    staff.step(campaign, "方案报请审定")
    director.step(campaign, "审定方案，开始实施")
    return campaign


def find_a_problem(inspector: Person, unit: Unit, evidence: Path) -> Case:
    """Log a finding with its basis and evidence and hand it to the team's leader; return its card."""
    inspector.go("/findings/new/")
    inspector.looks_right()
    inspector.choose("unit", unit.short_name)
    inspector.page.fill("#id_statement", "抽查执法案卷 20 份，其中 3 份未经法制审核即作出处罚决定。")
    inspector.choose("topic", "A06 行政执法“三项制度”")
    inspector.choose("citations-0-basis", "行政处罚法")
    inspector.page.fill("#id_citations-0-article", "第五十八条")
    inspector.page.set_input_files("#id_files", str(evidence))
    inspector.send("main button[value=submit]")
    inspector.page.wait_for_selector(".qy-note.good")
    return Case.objects.get(kind="finding")


def agree_on_a_plan(case: Case, liaison: Person, head: Person, staff: Person) -> None:
    """Sign for the finding, claim it, write the plan with a measure, sign it, approve it."""
    liaison.go("/")
    liaison.looks_right()
    liaison.step(case, "签收")
    liaison.step(case, "认领")
    cause = a_cause()
    liaison.page.click("section a:text-is('填写方案和措施')")
    liaison.choose("cause", cause.name)
    plan = {"goal": "案卷法制审核率达到 100%", "leader_title": "分管副局长", "owner": "法规科"}
    measure = {
        "content": "复核全部案卷",
        "owner": "法规科",
        "due_on": f"{timezone.localdate() + timedelta(20)}",
        "deliverable": "复核报告",
        "standard": "全部案卷逐份复核",
    }
    for name, text in (plan | {f"measures-0-{name}": text for name, text in measure.items()}).items():
        liaison.page.fill(f"#id_{name}", text)
    liaison.looks_right()
    liaison.send("main form button[type=submit]")
    liaison.step(case, "方案送主要负责人签字")
    head.step(case, "签字报送方案", commitment="yes")
    staff.step(case, "方案通过")


def rectify(case: Case, liaison: Person, head: Person, evidence: Path) -> None:
    """Say what was done, with evidence, and ask for closure."""
    liaison.go(case.get_absolute_url())
    liaison.page.click("a:has-text('填报完成情况')")
    liaison.page.fill("#id_result", "20 份案卷全部复核。")
    liaison.page.set_input_files("#id_evidence-0-files", str(evidence))
    liaison.send("main form button[type=submit]")
    liaison.looks_right()
    head.step(case, "签字申请销号", commitment="yes", **signed())


def signed() -> dict[str, str]:
    """Every statement of the dictionary ticked, with the word it asks for."""
    found = {}
    for one in standards():
        found |= {f"statements-{one.field}": "yes"} | ({f"statements-{one.field}-word": "不涉及"} if one.asks else {})
    return found


def close(case: Case, staff: Person, director: Person) -> None:
    """Judge the measure, verify, and close by somebody else."""
    staff.go(case.get_absolute_url())
    assert staff.page.locator(".qy-offers button[disabled]:text-is('核验通过，报请审定')").count() == 1
    staff.page.check("input[name=v1-verdict][value=done]")
    staff.send("button:text-is('保存认定')")
    staff.step(case, "核验通过，报请审定", opinion="佐证齐全")
    staff.looks_right()
    director.step(case, "同意销号", opinion="同意")


def test_six_people_take_an_inspection_from_the_plan_to_closure(browser: Any, live_server: Any, tmp_path: Path) -> None:
    load_reference()
    unit = Unit.objects.get(short_name="环县")
    cast = the_cast(browser, live_server.url, unit)
    staff, director, liaison, head = (
        cast[role] for role in (Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR, Role.UNIT_LIAISON, Role.UNIT_HEAD)
    )
    evidence = tmp_path / "佐证.pdf"
    evidence.write_bytes(PDF)
    plan_the_year(staff, director, "行政执法专项督察")
    campaign = begin_a_campaign(staff, director, "行政执法专项督察", [(UserFactory(), UserFactory()) for _ in range(4)])
    team = CampaignUnit.objects.get(campaign_id=campaign.pk, unit=unit).team
    leader, inspector = (
        Person(browser, live_server.url, team.members.get(duty=duty).post.user) for duty in ("leader", "member")
    )

    finding = find_a_problem(inspector, unit, evidence)
    leader.step(finding, "审核通过，报办公室")
    staff.step(finding, "确认问题")
    staff.step(finding, "反馈单位")
    case = Case.objects.get(kind="rectification")
    agree_on_a_plan(case, liaison, head, staff)
    rectify(case, liaison, head, evidence)
    close(case, staff, director)

    assert {case.kind: case.state for case in Case.objects.filter(kind__in=("finding", "rectification"))} == {
        "finding": "closed",
        "rectification": "closed",
    }
    assert list(trail.verify()) == []
    director.go("/figures/")
    assert "已销号 1 个" in director.page.inner_text("h1").replace("\u00a0", " ")
    for path in ("/figures/", "/rectifications/"):
        director.go(path)
        director.looks_right()


def test_the_first_page_of_every_role_is_right_at_both_widths(browser: Any, live_server: Any, settings: Any) -> None:
    settings.OTP_FOR_ADMINISTRATORS = False
    a_campaign()
    for role in Role:
        person = Person(browser, live_server.url, a_post(role).user)
        person.looks_right()
        person.page.set_viewport_size({"width": 390, "height": 844})
        person.looks_right()
        person.page.context.close()


PAGES = (
    "/rectifications/", "/findings/", "/findings/new/", "/campaigns/new/", "/plans/new/", "/clues/new/", "/mine/",
    "/documents/", "/results/", "/figures/",
)  # fmt: skip
IN_HAND = [
    (State.PLAN, Role.UNIT_LIAISON),
    (State.REMEDYING, Role.UNIT_HEAD),
    (State.FINAL_REVIEW, Role.OFFICE_STAFF),
    (State.CLOSED, Role.OFFICE_DIRECTOR),
]


def test_pages_fit_a_phone_and_axe_finds_nothing(browser: Any, live_server: Any) -> None:
    a_campaign()
    staff = Person(browser, live_server.url, a_post(Role.OFFICE_STAFF).user, width=390, height=844)

    for path in PAGES:
        staff.go(path)
        staff.looks_right()


@pytest.mark.parametrize(("state", "role"), IN_HAND)
def test_a_case_fits_a_phone_and_a_desk_in_every_hand(browser: Any, live_server: Any, state: State, role: Role) -> None:
    case = a_rectification(state)
    person = Person(browser, live_server.url, a_post(role, case.unit if role in INSPECTED else None).user)

    for size in ({"width": 1366, "height": 768}, {"width": 390, "height": 844}):
        person.page.set_viewport_size(size)
        person.go(case.get_absolute_url())
        person.looks_right()


def test_upkeep_fits_a_phone_and_axe_finds_nothing(browser: Any, live_server: Any) -> None:
    director = Person(browser, live_server.url, a_post(Role.OFFICE_DIRECTOR).user, width=390, height=844)

    director.go("/upkeep/")
    director.looks_right()
    director.page.click("button:text-is('运行') >> nth=0")
    director.page.wait_for_selector("progress")
    director.looks_right()

"""A liaison finishes any of his steps in at most three clicks from his first page, besides what he types.

Which steps are his is read from docs/rights.csv, the sheet that the office signs: one added later is counted too.
"""

from __future__ import annotations

from typing import Any

import pytest

from casework.models import Case, Event
from casework.pages.case_page import mendings_of, url_of_step
from casework.workflow import engine
from casework.workflow.circuits import Transition, circuit_of
from casework.workflow.inputs import INPUTS
from clues.services import register_clue
from organizations.actor import Actor
from organizations.enums import Role
from rectification.enums import RECTIFICATION, State
from tests.browser.test_whole_chain import Person
from tests.factories import (
    UnitFactory,
    a_call,
    a_campaign,
    a_need,
    a_post,
    a_rectification,
    acting,
    an_actor,
    attach,
    prepare,
)
from tests.programmes import a_programme, claim_of, issued
from tests.rectification.scenes import in_days
from tests.rights.sheet import KINDS, rights

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once(reason="clicks are a browser's; each step is taken on both databases by its own tests"),
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "reading"]),
]
MOST = 3


def what_waits(liaison: Actor) -> list[Case]:
    """One case of each kind and state in which something is a liaison's to do, with what he wrote before."""
    unit = liaison.post.unit
    states = (State.SIGN, State.SIGN, State.CLAIM, State.PLAN, State.REMEDYING)
    fed_back, single, claimed, planned, done = (a_rectification(state, unit=unit) for state in states)
    prepare(planned, "submit_plan", liaison)
    prepare(done, "request_closure", liaison)
    need, call = a_need(done), a_call(done)
    clue = register_clue(
        an_actor(Role.OFFICE_STAFF), campaign=a_campaign(units=[unit]), unit=unit, title="占道施工",
        content="未设警示", source="hotline",
    ).case  # fmt: skip
    engine.perform(clue, "transfer", an_actor(Role.OFFICE_STAFF))
    attach(clue, liaison)
    claim = claim_of(issued(a_programme([unit])), unit)
    return [fed_back.content.feedback, single, claimed, planned, done, need, call, clue, claim]


class Counting(Person):
    """A person whose clicks are counted."""

    n_clicks = 0

    def click(self, selector: str) -> None:
        self.n_clicks += 1
        with self.page.expect_navigation():
            self.page.click(selector)

    def click_one_of(self, *cases: Case) -> None:
        """Open the first of these cases that the page leads to."""
        links = [f'main a[href="{case.get_absolute_url()}"]' for case in cases]
        self.click(next(link for link in links if self.page.query_selector(link)))

    def type_what_is_asked(self, transition: Transition) -> None:
        """Type into what a step needs; what can only be ticked is a click."""
        for name in transition.needs:
            box = self.page.locator(f"#id_{name}")
            match INPUTS[name].shape:
                case "date":
                    box.fill(f"{in_days(100)}")
                case "percent":
                    box.fill("40")
                case "row" | "choice":
                    self.choose(name, "某某单位")
                case "yes":
                    self.n_clicks += 1
                    box.check()
                case _:
                    box.fill("已逐条对照办理")
        if not self.page.url.rstrip("/").endswith(f"/steps/{transition.name}"):  # a page of its own
            for box in self.page.locator("main form input[type=number], main form textarea:visible").all():
                box.fill("40" if box.get_attribute("type") == "number" else "已逐条对照办理")


def test_no_step_of_a_liaison_takes_more_than_three_clicks(browser: Any, live_server: Any) -> None:
    post = a_post(Role.UNIT_LIAISON, UnitFactory())
    UnitFactory(short_name="某某单位")
    waiting = what_waits(acting(post))
    person = Counting(browser, live_server.url, post.user)
    counted: dict[tuple[str, str], int] = {}

    for kind, name in sorted({(KINDS[row.kind], row.code) for row in rights() if row.allows(Role.UNIT_LIAISON, "own")}):
        ready = [case for case in map(again, waiting) if is_open(case, name, kind, acting(post))]
        assert ready, f"no case in which {kind} {name} is a liaison's to take: make one in what_waits"
        case = ready[0]
        transition = circuit_of(case).by_name[name]
        person.n_clicks = 0
        person.go("/")
        person.click_one_of(case, *([case.content.feedback] if kind == RECTIFICATION and name == "sign" else []))
        person.click(f'main a[href="{url_of_step(case, transition)}"]')
        person.type_what_is_asked(transition)
        assert "办理后" in person.page.inner_text("main form"), person.page.url  # 提交后谁会收到, beside the button
        person.click("main form button[type=submit]")

        last = Event.objects.filter(case=case, post=post).latest("seq")
        assert last.name == name, person.page.inner_text("main")
        counted[kind, name] = person.n_clicks
        if transition.withdrawable:
            engine.withdraw(again(case), acting(post), reason="再数一次")

    assert {step: n for step, n in counted.items() if n > MOST} == {}
    assert len(counted) >= 11  # as the sheet stood when this was written


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def is_open(case: Case, name: str, kind: str, liaison: Actor) -> bool:
    """Say whether the step can be taken, or lacks what is written on its own page."""
    if case.kind != kind:
        return False
    offers = [offer for offer in circuit_of(case).offers(case, liaison) if offer.transition.name == name]
    own = [url_of_step(case, offer.transition) for offer in offers]
    return any(
        offer.is_open or own == [mending.url for mending in mendings_of(case, liaison, offer.obstacles)]
        for offer in offers
    )

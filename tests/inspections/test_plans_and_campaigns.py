"""A plan is drafted, changed while it is a draft, approved; campaigns come of its items."""

from __future__ import annotations

from typing import Any

import pytest

from casework.errors import ConflictError, NotPermittedError
from casework.models import Case, Event
from casework.workflow import engine
from casework.workflow.circuits import circuit_of
from inspections import services
from inspections.enums import CampaignKind
from inspections.forms.campaigns import CampaignForm
from inspections.models import AnnualPlan, Campaign, PlanItem
from inspections.services import ItemDraft, Switches, amend_campaign
from organizations.enums import Role
from tests.factories import UnitFactory, a_finding, an_actor
from tests.inspections.people import a_draft_campaign, a_team_of, days, director, staff, under_way
from ui.errors import DomainError

pytestmark = pytest.mark.django_db
YEAR = days(0).year


def an_item(title: str = "行政执法专项督察", **given: Any) -> ItemDraft:
    fields: dict[str, Any] = {"kind": CampaignKind.SPECIAL, "from_on": days(0), "to_on": days(30)} | given
    return ItemDraft(title=title, **fields)


def an_approved_plan(*items: ItemDraft) -> AnnualPlan:
    plan = services.draft_plan(staff(), YEAR, "控制总量", items=items or [an_item()])
    engine.perform(plan.case, "submit", staff())
    engine.perform(plan.case, "approve", director())
    return AnnualPlan.objects.get(pk=plan.pk)


def as_drafts(plan: AnnualPlan) -> list[ItemDraft]:
    return [
        an_item(item.title, kind=item.kind, from_on=item.from_on, to_on=item.to_on, pk=item.pk)
        for item in plan.items.all()
    ]


def test_a_year_has_one_plan() -> None:
    services.draft_plan(staff(), YEAR)

    with pytest.raises(DomainError, match="已有计划"):
        services.draft_plan(staff(), YEAR)

    assert AnnualPlan.objects.count() == 1


def test_whoever_is_not_of_the_office_drafts_no_plan() -> None:
    with pytest.raises(DomainError, match="由依法治市办负责人、法治督察科经办办理"):
        services.draft_plan(an_actor(Role.UNIT_HEAD), YEAR)

    assert not AnnualPlan.objects.exists()


def test_items_are_added_changed_and_removed_in_one_event_that_says_which() -> None:
    plan = services.draft_plan(staff(), YEAR, items=[an_item("甲"), an_item("乙")])
    first = plan.items.get(title="甲")

    services.set_items(staff(), plan, [an_item("甲（改）", pk=first.pk), an_item("丙")])

    assert {(item.pk == first.pk, item.title) for item in plan.items.all()} == {(True, "甲（改）"), (False, "丙")}
    assert Event.objects.filter(case=plan.case).latest("seq").label == "增加 1 个项目、修改 1 个项目、移去 1 个项目"


def test_an_approved_plan_is_changed_only_after_it_was_reopened_with_a_reason() -> None:
    plan = an_approved_plan()
    drafts = [*as_drafts(plan), an_item("追加的督察")]

    with pytest.raises(NotPermittedError):
        services.set_items(staff(), plan, drafts)
    engine.perform(plan.case, "reopen", director(), reason="上级新部署一项")
    services.set_items(staff(), plan, drafts)

    assert plan.items.count() == 2


def test_who_looked_at_an_older_page_changes_no_item() -> None:
    plan = services.draft_plan(staff(), YEAR, items=[an_item("甲")])
    seen = Case.objects.get(pk=plan.pk).last_seq
    services.set_items(staff(), plan, [*as_drafts(plan), an_item("乙")], seen=seen)

    with pytest.raises(ConflictError):
        services.set_items(staff(), plan, [], seen=seen)

    assert plan.items.count() == 2


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({"to_on": days(-1)}, ""), ({"from_on": days(400), "to_on": days(410)}, "from_on"), ({"kind": "??"}, "kind"),
        ({"title": ""}, "title"), ({"title": "长" * 81}, "title"),
    ],
)  # fmt: skip
def test_a_wrong_item_is_refused_and_nothing_is_kept(item: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        services.draft_plan(staff(), YEAR, items=[an_item(**item)])

    assert list(refused.value.fields) == ([field] if field else [])
    assert not AnnualPlan.objects.exists()


def test_an_item_of_another_plan_cannot_be_taken_over_by_its_key() -> None:
    other = services.draft_plan(staff(), YEAR - 1)
    services.draft_plan(staff(), YEAR, items=[an_item()])
    foreign = PlanItem.objects.get()

    with pytest.raises(DomainError, match="已被他人移去"):
        services.set_items(staff(), other, [an_item("抢来的", pk=foreign.pk, from_on=days(-365), to_on=days(-360))])

    assert PlanItem.objects.get().plan.year == YEAR


def test_campaigns_are_numbered_by_year_and_kind() -> None:
    made = [a_draft_campaign(kind=kind, title=f"第 {n} 次督察") for n, kind in enumerate(("ZX", "ZX", "SX"), 1)]

    assert [row.case.number for row in made] == [f"QYFD-{YEAR}-ZX01", f"QYFD-{YEAR}-ZX02", f"QYFD-{YEAR}-SX01"]


def test_a_campaign_sent_twice_is_founded_once() -> None:
    made = a_draft_campaign()

    with pytest.raises(DomainError, match=f"刚立过同名、同日开始的批次 {made.case.number}"):
        a_draft_campaign()


def test_a_campaign_comes_of_an_item_of_an_approved_plan_and_the_item_stays() -> None:
    plan = services.draft_plan(staff(), YEAR, items=[an_item()])
    item = plan.items.get()

    with pytest.raises(DomainError, match="还没有审定"):
        a_draft_campaign(plan_item=PlanItem.objects.get())
    engine.perform(plan.case, "submit", staff())
    engine.perform(plan.case, "approve", director())
    campaign = a_draft_campaign(plan_item=PlanItem.objects.get())
    engine.perform(plan.case, "reopen", director(), reason="调整")

    with pytest.raises(DomainError, match="已立督察批次"):
        services.set_items(staff(), plan, [])
    assert campaign.plan_item == item


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"to_on": days(-1)}, "已过"), ({"from_on": days(5), "to_on": days(4)}, "实施截止日不能早于起始日"),
        ({"title": " "}, "请写批次名称"),
        ({"switches": Switches(publicity_days=0)}, "公示天数须在 1 至 60 之间"),
    ],
)  # fmt: skip
def test_a_wrong_campaign_is_refused_and_takes_no_number(given: dict[str, Any], says: str) -> None:
    with pytest.raises(DomainError, match=says):
        a_draft_campaign(**given)

    assert a_draft_campaign().case.number == f"QYFD-{YEAR}-ZX01"


def test_a_campaign_cannot_shrink_away_from_its_findings() -> None:
    finding = a_finding()
    campaign = finding.case.within.campaign

    with pytest.raises(DomainError, match="发现日期不在"):
        services.amend_campaign(staff(), campaign, {"to_on": days(-1)})
    services.amend_campaign(staff(), campaign, {"to_on": days(0)})

    assert Campaign.objects.get(pk=campaign.pk).to_on == days(0)


def test_switches_are_fixed_once_fieldwork_has_begun() -> None:
    campaign = a_draft_campaign()
    a_team_of(campaign, UnitFactory())
    services.amend_campaign(staff(), campaign, {"with_publicity": False})
    campaign = under_way(campaign)

    with pytest.raises(NotPermittedError):
        services.amend_campaign(staff(), campaign, {"with_publicity": True})

    assert Campaign.objects.get(pk=campaign.pk).with_publicity is False


def test_what_no_plan_provides_for_is_decided_on_with_its_reason() -> None:
    campaign = a_draft_campaign(outside_reason="")

    before = what_keeps_from_submitting(campaign.pk)
    amend_campaign(staff(), campaign, {"outside_reason": "省委督办"})
    after = what_keeps_from_submitting(campaign.pk)

    said = "计划外的批次还没有写事由，请在“修改批次”处填写“计划外事由”"
    assert (said in before, said in after) == (True, False)


def what_keeps_from_submitting(pk: int) -> list[str]:
    case = Case.objects.get(pk=pk)
    return circuit_of(case).by_name["submit"].refusals(case, staff())


def test_the_form_asks_why_where_no_item_of_the_plan_is_chosen() -> None:
    sent = {"kind": "ZX", "year": 2026, "title": "食品安全专项督察", "publicity_days": 7} | {
        "from_on": "2026-11-01",
        "to_on": "2026-12-01",
    }

    forms = [CampaignForm(sent | {"outside_reason": why}) for why in ("", "省委督办")]

    assert [form.is_valid() for form in forms] == [False, True]
    assert forms[0].errors["outside_reason"] == ["不在年度计划内的，请写明事由；在计划内的，请在上面选计划项目"]

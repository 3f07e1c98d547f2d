"""年度计划: draft it, and change its items while it is a draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction

from casework.enums import Secrecy
from casework.models import Case
from casework.workflow import engine
from inspections.enums import Kind, PlanState
from inspections.models import AnnualPlan, PlanItem
from inspections.services.editing import lock_to_edit, refuse_invalid
from inspections.workflow.holders import the_office
from organizations.actor import Actor
from organizations.enums import OFFICE
from organizations.services.account_log import refuse_all_but
from ui.errors import DomainError


@dataclass(frozen=True)
class ItemDraft:
    """One line of the plan as it is to stand; `pk` of the line it replaces, None for a new one."""

    kind: str
    title: str
    from_on: date
    to_on: date
    basis: str = ""
    scope_note: str = ""
    lead: str = ""
    pk: int | None = None


@transaction.atomic
def draft_plan(
    actor: Actor | None, year: int, purpose: str = "", *, items: Sequence[ItemDraft] = (), day: date | None = None
) -> AnnualPlan:
    """Open the plan of a year with its first items and return it.

    Raises:
        DomainError: not the office's act, the year has a plan already, or an item is wrong.
    """
    refuse_all_but(actor, OFFICE, "起草年度计划")
    if AnnualPlan.objects.filter(year=year).exists():
        raise DomainError(f"{year} 年度已有计划，请在原计划上修改", {"year": "该年度已有计划"})

    def make(card: Case) -> AnnualPlan:
        plan = AnnualPlan(case=card, year=year, purpose=purpose.strip())
        refuse_invalid(plan, exclude=("case",))
        plan.save(force_insert=True)
        return plan

    title = f"{year} 年度法治督察工作计划"
    case = engine.open_case(
        Kind.ANNUAL_PLAN, actor, unit=the_office(), title=title, make=make, secrecy=Secrecy.TEAM, day=day
    )
    plan: AnnualPlan = case.content
    if items:
        set_items(actor, plan, items, day=day)
    return plan


@transaction.atomic
def set_items(
    actor: Actor | None,
    plan: AnnualPlan,
    items: Sequence[ItemDraft],
    *,
    seen: int | None = None,
    day: date | None = None,
) -> list[PlanItem]:
    """Make the items of a draft plan exactly these; return them by their days.

    One event says what was added, changed and removed.

    Raises:
        ConflictError, NotPermittedError: the plan moved on, or it is no draft any more.
        DomainError: an item is wrong, or one that is to go has a campaign already.
    """
    card = lock_to_edit("items", plan.pk, actor, seen)
    kept = {item.pk: item for item in plan.items.all()}
    if unknown := {draft.pk for draft in items if draft.pk} - set(kept):
        raise DomainError(f"有 {len(unknown)} 个项目已被他人移去，请刷新后再改")
    gone = [item for pk, item in kept.items() if pk not in {draft.pk for draft in items}]
    for item in gone:
        _remove(item)
    added: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for draft in items:
        item = kept.get(draft.pk or 0) or PlanItem(plan=plan)
        before = _words(item) if item.pk else None
        for name, value in asdict(draft).items():
            if name != "pk":
                setattr(item, name, value.strip() if isinstance(value, str) else value)
        if before == _words(item):
            continue
        _refuse_other_year(plan, item)
        refuse_invalid(item)
        item.save()
        (changed if before else added).append(
            {"name": item.title, "before": before, "now": _words(item)} if before else _words(item)
        )
    said: dict[str, list[Any]] = {"added": added, "changed": changed, "removed": [item.title for item in gone]}
    if any(said.values()):
        names = [*(row["title"] for row in added), *(row["name"] for row in changed), *said["removed"]]
        engine.note(
            card,
            actor,
            "items",
            _label(said),
            day=day,
            note="；".join(names),
            **{name: value for name, value in said.items() if value},
        )
    return list(plan.items.all())


def item_of_plan(actor: Actor, pk: object) -> PlanItem | None:
    """Return the item of an approved plan that a campaign is to be drafted from; None when there is no such item."""
    if not str(pk or "").isdecimal():
        return None
    rows = PlanItem.objects.filter(plan__case__in=Case.objects.visible_to(actor), plan__case__state=PlanState.APPROVED)
    return rows.select_related("plan").filter(pk=int(str(pk)[:18])).first()


def _remove(item: PlanItem) -> None:
    if item.campaigns.exists():
        raise DomainError(f"“{item.title}”已立督察批次，不能从计划中移去")
    item.delete()


def _refuse_other_year(plan: AnnualPlan, item: PlanItem) -> None:
    if item.from_on.year != plan.year:
        raise DomainError(
            f"“{item.title}”计划自 {item.from_on:%Y-%m-%d}，不在 {plan.year} 年度内",
            {"from_on": f"须在 {plan.year} 年内"},
        )


def _words(item: PlanItem) -> dict[str, Any]:
    return {
        "title": item.title,
        "kind": item.get_kind_display(),
        "from_on": item.from_on.isoformat(),
        "to_on": item.to_on.isoformat(),
        "basis": item.basis,
        "scope_note": item.scope_note,
        "lead": item.lead,
    }


def _label(said: dict[str, list[Any]]) -> str:
    words = {"added": "增加", "changed": "修改", "removed": "移去"}
    return "、".join(f"{words[name]} {len(rows)} 个项目" for name, rows in said.items() if rows)


@transaction.atomic
def amend_plan(
    actor: Actor, plan: AnnualPlan, purpose: str, items: Sequence[ItemDraft], *, seen: int | None = None
) -> AnnualPlan:
    """Correct purpose and items of a draft plan together, and return it.

    Raises:
        As for `set_items`.
    """
    set_items(actor, plan, items, seen=seen)
    found: AnnualPlan = engine.amend(plan.case, actor, {"purpose": purpose.strip()}).content
    return found

"""The items of a plan, and what the office said of each: the head of the plan is one (0), every measure another.

What was accepted is shut until the plan is decided on; what was returned is open again (逐条审核).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from casework.workflow.prefetched import has_read
from casework.workflow.relations import UNIT_WRITING, Relation
from casework.workflow.signing import Change, changes
from rectification.enums import DRAFTING, ItemVerdict
from rectification.models import Measure, PlanVerdict
from rectification.workflow.verdicts import measures_of

if TYPE_CHECKING:
    from casework.models import Case
    from casework.workflow.circuits import Doing
    from organizations.actor import Actor

ITEM_FIELDS = ("content", "owner", "due_on", "deliverable", "standard")
HEAD_FIELDS = ("goal", "cause", "leader_title", "owner")
LABELS = {
    "goal": "整改目标", "cause": "问题根源", "leader_title": "责任领导", "stages": "阶段目标",
    "content": "措施", "owner": "责任人", "due_on": "完成时限", "deliverable": "成果", "standard": "验收标准",
}  # fmt: skip


def standing_items(case: Case) -> dict[int, PlanVerdict]:
    """Return the newest word on each item of the plan, by its number: one question, and none where it was read."""
    rows = case.plan_verdicts.all() if has_read(case, "plan_verdicts") else case.plan_verdicts.order_by("pk")
    return {verdict.item: verdict for verdict in rows}


def is_accepted(case: Case, item: int) -> bool:
    """Say whether the office has accepted this item of a plan that is written anew: then it is shut."""
    if case.state not in DRAFTING:
        return False
    said = standing_items(case).get(item)
    return said is not None and said.verdict == ItemVerdict.ACCEPTED


def as_planned(measure: Measure) -> dict[str, str]:
    """Return a measure as it is reviewed, in words."""
    return {name: str(getattr(measure, name)) for name in ITEM_FIELDS}


def head_as_planned(case: Case) -> dict[str, str]:
    """Return the head of the plan as it is reviewed, in words."""
    row = case.content
    stages = "；".join(str(stage) for stage in case.stage_goals.all())
    return {name: str(getattr(row, name) or "") for name in HEAD_FIELDS} | {"stages": stages}


def labelled(fields: Mapping[str, str]) -> dict[str, str]:
    """Return an item by the labels of its fields, as it is read."""
    return {LABELS[name]: text for name, text in fields.items()}


def items_of(case: Case) -> dict[int, dict[str, str]]:
    """Return every item of the plan by its number, as it stands now."""
    return {PlanVerdict.HEAD: head_as_planned(case)} | {m.n: as_planned(m) for m in measures_of(case)}


class Item(NamedTuple):
    """An item of a plan as its reviewer, its head and its writer see it.

    Attributes:
        lines: (label, text) of each field. `said`: the newest word on it. `changes`: what was written anew since.
        is_new: added since the plan was reviewed; `is_gone`: taken out since.
    """

    n: int
    called: str
    lines: list[tuple[str, str]]
    said: PlanVerdict | None
    changes: list[Change]
    is_new: bool = False
    is_gone: bool = False

    @property
    def is_accepted(self) -> bool:
        return self.said is not None and self.said.verdict == ItemVerdict.ACCEPTED

    @property
    def is_untouched(self) -> bool:
        """Returned, and handed in again as it was."""
        return self.said is not None and not self.is_accepted and not self.changes and not self.is_gone


def review_of(case: Case) -> list[Item]:
    """Return every item of the plan with what was said of it, the head first, then the measures, then what is gone."""
    said, now = standing_items(case), items_of(case)
    found = []
    for n, fields in now.items():
        was = dict.fromkeys(fields, "") | said[n].was if n in said else fields
        differing = changes(labelled(was), labelled(fields))
        lines = [(label, text) for label, text in labelled(fields).items() if text]
        found.append(Item(n, PlanVerdict(item=n).called, lines, said.get(n), differing, bool(said) and n not in said))
    for n, one in sorted(said.items()):
        if n not in now:
            lines = [(label, text) for label, text in labelled(one.was).items() if text]
            found.append(Item(n, one.called, lines, one, [], is_gone=True))
    return found


def next_number(case: Case) -> int:
    """Return the number of a new measure: none that another had when it was reviewed."""
    numbers = Measure.objects.filter(case=case).values_list("n", flat=True)
    return max([*numbers, *standing_items(case)], default=0) + 1


def _writes_head(actor: Actor, case: Case) -> bool:
    return UNIT_WRITING.holds(actor, case) and not is_accepted(case, PlanVerdict.HEAD)


# the head of the plan is shut to the unit once the office has accepted it, as a measure is
HEAD_WRITING = Relation("责任单位（送签以后仅主要负责人，已同意的不再改）", UNIT_WRITING.roles, _writes_head)


def accept_the_rest(doing: Doing) -> None:
    """方案通过: whatever was not accepted before is now."""
    said = standing_items(doing.case)
    _write(doing, {n: {} for n in items_of(doing.case) if n not in said or said[n].verdict == ItemVerdict.RETURNED})


def say_of_each(doing: Doing) -> None:
    """退回整改方案: write what is said of each item.

    `items` is given where the plan was reviewed item by item: number -> kind and reason of what is returned, or
    nothing. Else the measures that the return points at are returned for its reason, or all; the head always is.
    """
    given, items = doing.given, items_of(doing.case)
    if (one_by_one := given.get("items")) is not None:
        _write(doing, {int(n): what for n, what in one_by_one.items() if int(n) in items})
        return
    pointed = {PlanVerdict.HEAD, *(measure.n for measure in given.get("measures") or ())}
    returned = pointed if len(pointed) > 1 else set(items)
    why = {"kind": next(iter(given.get("return_kind") or ()), "其他"), "reason": str(given["reason"])[:300]}
    _write(doing, {n: why if n in returned else {} for n in items})


def _write(doing: Doing, said: dict[int, dict[str, Any]]) -> None:
    items, post = items_of(doing.case), doing.actor.post if doing.actor else None
    PlanVerdict.objects.bulk_create(
        PlanVerdict(
            case=doing.case,
            item=n,
            verdict=ItemVerdict.RETURNED if why else ItemVerdict.ACCEPTED,
            kind=why.get("kind", ""),
            reason=why.get("reason", ""),
            was=items[n],
            post=post,
            day=doing.day,
        )
        for n, why in sorted(said.items())
    )

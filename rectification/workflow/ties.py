"""What hangs on the state of a rectification (docs/architecture.md, What is tied)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from casework.models import Event
from casework.workflow.circuits import Tie
from organizations.enums import Role
from rectification.enums import REPORTED_DONE, State
from rectification.models import Measure

_undone = Exists(Measure.objects.filter(case=OuterRef("pk"), done_on=None).order_by())
_verified = Exists(Event.objects.filter(case=OuterRef("pk"), name="verify").order_by())
_no_head = Q(rectification__goal="") | Q(rectification__leader_title="") | Q(rectification__owner="")
_no_stage = Q(rectification__stage_goal="") | Q(rectification__expected_on=None) | Q(rectification__next_review_on=None)

TIES = (
    Tie(
        "plan_has_its_head",
        Q(state=State.PLAN_REVIEW) & _no_head,
        "送审的整改方案须有整改目标、责任领导、责任人",
    ),
    Tie(
        "extension_asked_while_remedying",
        Q(rectification__asked_due_on__isnull=False) & ~Q(state__in=(State.REMEDYING, State.SENT_BACK)),
        "有待批的延期申请，须先批复",
    ),
    Tie(
        "long_term_has_stage",
        Q(state=State.LONG_TERM) & _no_stage,
        "长期坚持须有阶段目标、下次复核日期和预计最终完成日期",
    ),
    Tie(
        "suspended_has_review",
        Q(state=State.SUSPENDED, rectification__next_review_on=None),
        "中止须有下次复核日期，到期恢复",
    ),
    Tie(
        "reported_done_is_done",
        Q(state__in=(*REPORTED_DONE, State.CLOSED)) & Q(_undone),
        "还有措施没有完成，不能在申请销号以后",
    ),
    Tie(
        "with_director_when_verified",
        Q(state=State.FINAL_REVIEW, holder_role=Role.OFFICE_DIRECTOR) & ~Q(_verified),
        "没有核验的件不能报请审定",
    ),
)

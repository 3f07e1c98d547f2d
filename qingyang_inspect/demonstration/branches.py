"""Each side branch of a rectification once: what was sent back, refused, taken off the clock and put on it again.

It happens to findings of July of which nothing else is told today, so that what the year counts stays as it is.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Max

from casework.models import Case
from casework.services import attachments
from organizations.enums import Role
from qingyang_inspect.demonstration import closures
from qingyang_inspect.demonstration.acts import paper
from rectification.enums import RECTIFICATION, State
from rectification.services import withdraw_closure

if TYPE_CHECKING:
    from collections.abc import Callable

    from organizations.actor import Actor
    from qingyang_inspect.demonstration.loader import Loader

QUIET = 13  # days in which nothing was done about a case: what is told here comes behind its last step
EARLIER = {"reason": "涉及多个部门会审，需要增加时间。"}
FULLER = {"reason": "还有 4 份案卷等市司法局会审，已约定会审日期。"}
MEASURES = (("建立述法台账，逐项对照清单", "办公室", "台账"), ("领导班子会议专题研究", "办公室", "会议纪要"))


class Branches:
    """Takes each branch; the days are so many before today."""

    def __init__(self, loader: Loader) -> None:
        self.loader, self.acts, self.today = loader, loader.acts, loader.today
        july = Case.objects.filter(kind=RECTIFICATION, within__title="法治建设督察", is_lead=True)
        self.july = july.annotate(last=Max("events__day")).order_by("pk")

    def quiet(self) -> Case:
        """Return a case at work of which nothing was told lately."""
        still = self.today - timedelta(QUIET)
        rows = self.july.filter(state=State.REMEDYING, due_on__gt=self.today + timedelta(10), last__lt=still)
        found: Case = rows.filter(measures__isnull=False).distinct()[0]
        return found

    def at(self, state: State) -> Case:
        found: Case = self.july.filter(state=state)[0]
        return found

    def take(self, case: Case, *way: tuple[str, int, Callable[[], Actor], dict[str, Any]]) -> None:
        for name, days_ago, who, given in way:
            self.acts.step(case, name, self.today - timedelta(days_ago), who, **given)

    def people(self, case: Case) -> tuple[Callable[[], Actor], Callable[[], Actor]]:
        return (
            lambda: self.acts.of(case.unit_name, Role.UNIT_LIAISON),
            lambda: self.acts.of(case.unit_name, Role.UNIT_HEAD),
        )

    def at_work(self) -> None:
        """What happened before the last round of progress was called."""
        self.plan_returned_by_its_head()
        self.extension_refused()
        self.off_the_clock_and_on_it_again()
        self.closure_returned_by_its_head()

    def at_the_end(self) -> None:
        """What happened to closures in the last days: no round asks about them."""
        self.returned_by_supervisor()
        self.objection_upheld()
        self.closure_refused()
        self.closure_withdrawn()

    def plan_returned_by_its_head(self) -> None:
        case = self.at(State.PLAN)
        liaison, head = self.people(case)
        self.acts.write_plan(case, MEASURES, self.today - timedelta(11))
        words = {"reason": "第二条措施请写明开几次会、什么时候开。"}
        self.take(case, ("send_plan_for_signature", 9, liaison, {}), ("return_plan_to_liaison", 7, head, words))

    def extension_refused(self) -> None:
        case = self.quiet()
        liaison, head = self.people(case)
        assert case.due_on is not None
        until = {"asked_due_on": case.due_on + timedelta(20)}
        again = {"reason": "理由写得太笼统，请写明还差什么、哪天能完成。"}
        refused = {"reason": "余下的工作在原时限内可以完成，不同意延期。"}
        self.take(
            case, ("ask_extension", 12, liaison, until | EARLIER), ("return_extension_to_liaison", 11, head, again),
            ("ask_extension", 10, liaison, until | FULLER), ("sign_extension", 8, head, {"commitment": True}),
            ("refuse_extension", 5, self.acts.director, refused),
        )  # fmt: skip

    def off_the_clock_and_on_it_again(self) -> None:
        director, staff = self.acts.director, self.acts.staff
        stage = {"stage_goal": "本季度完成一半", "expected_on": self.today + timedelta(200)}
        review = {"next_review_on": self.today + timedelta(30), "reason": "涉及机构调整，须分步推进。"}
        ended = {"reason": "机构调整已完成，转回限期整改。"}
        self.take(self.quiet(), ("make_long_term", 12, director, stage | review), ("end_long_term", 4, director, ended))
        suspended = {"next_review_on": self.today - timedelta(4), "reason": "所涉行政诉讼二审正在审理。"}
        resumed = {"reason": "二审已经判决，恢复整改。"}
        self.take(self.quiet(), ("suspend", 12, director, suspended), ("resume", 4, staff, resumed))

    def closure_returned_by_its_head(self) -> None:
        case = self.at(State.SENT_BACK)
        liaison, head = self.people(case)
        self.add_to(case, 5)
        words = {"reason": "签到表仍缺两期，请补齐再送。"}
        self.take(case, ("send_closure_for_signature", 4, liaison, {}), ("return_closure_to_liaison", 3, head, words))

    def returned_by_supervisor(self) -> None:
        case = self.july.filter(state=State.SUPERVISION).last()
        assert case is not None
        reviewer = lambda: self.acts.of(str(case.content.finding.supervisor), Role.INDUSTRY_REVIEWER)
        words = {"reason": "3 号图斑没有复垦后的照片，请补拍。", "return_kind": ["佐证不足"]}
        self.take(case, ("return_by_supervisor", 2, reviewer, words))
        self.ask_again(case)

    def objection_upheld(self) -> None:
        case = self.july.filter(state=State.PUBLICITY).last()
        assert case is not None
        staff, day = (lambda: self.acts.staff(case.unit_name)), self.today - timedelta(2)
        if case.content.published_on is None:
            self.take(case, ("publish", 2, staff, closures.published(case)))
        closures.object_to(self.acts, case, day, answers=False)
        found = {"objection_row": case.objections.get(outcome=""), "objection_outcome": "upheld"}
        words = {"objection_answer": "到现场核对，反映属实，公开栏没有更换。"}
        self.take(
            case, ("answer_objection", 2, staff, found | words),
            ("uphold_objection", 2, staff, {"reason": "公开栏没有更换，请更换后再申请。"}),
        )  # fmt: skip
        self.ask_again(case)

    def closure_refused(self) -> None:
        case = self.july.filter(state=State.FINAL_REVIEW, holder_role=Role.OFFICE_DIRECTOR).last()
        assert case is not None
        words = {"reason": "整改后又发生 1 件同类问题，请查明原因后再申请。", "return_kind": ["未举一反三"]}
        self.take(case, ("refuse_closure", 1, self.acts.director, words))

    def closure_withdrawn(self) -> None:
        """虚假整改 was found without a look-back having been booked: of last autumn, whose figures are told no more."""
        autumn = Case.objects.filter(kind=RECTIFICATION, state=State.CLOSED, within__title="行政执法案卷专项督察")
        closed = autumn.filter(look_backs=None, rectification__next_round=None).order_by("pk").last()
        assert closed is not None
        found = "案卷评查时调阅原卷，整改报告所附的 4 份法制审核意见书系事后补造，审核人当日不在岗。"
        with self.acts.day(self.today - timedelta(9)):
            judge = self.acts.people.account("jingban2")
            withdraw_closure(closed, judge, found=found, relapse_due_on=self.today + timedelta(45))
        self.acts.tick()

    def add_to(self, case: Case, days_ago: int) -> None:
        """Add what was asked for: a closure sent back does not go out again as it was."""
        with self.acts.day(self.today - timedelta(days_ago)):
            liaison, _ = self.people(case)
            attachments.attach(case, liaison(), paper(f"{case.number}_补充材料.pdf", f"{case.pk} {days_ago}"))

    def ask_again(self, case: Case) -> None:
        self.add_to(case, 1)
        _, head = self.people(case)
        self.take(case, ("request_closure", 0, head, closures.signed(case)))

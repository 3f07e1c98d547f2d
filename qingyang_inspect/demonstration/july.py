"""The city-wide 法治建设督察 in July: four teams, 8 counties and 76 departments, the twenty samples and findings in every state."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from casework.deadlines.working_days import next_workday
from casework.models import Case
from organizations.enums import Role
from organizations.models import Unit
from qingyang_inspect.demonstration import story
from rectification.models import Measure

if TYPE_CHECKING:
    from collections.abc import Callable

    from qingyang_inspect.demonstration.loader import Loader

# how many further findings stand where today; a dozen plans wait for the office, which handles ten at once
SPREAD = {
    "plan_review": 12, "plan_returned": 2, "remedying": 10, "refused_part": 1, "refused_handover": 1, "split": 1, "dismissed": 1, "overdue": 9, "sent_back": 3, "publicity": 4,
    "final_review": 3, "verified": 2, "closed": 22, "long_term": 2, "suspended": 2, "reassigned": 1, "void": 1, "dropped": 2,
    "supervision": 3,
}  # fmt: skip

NOT_OURS = {"reason": "该事项由政务服务中心承担，非本单位职责。"}
WRONG = {"reason": "案卷编号有误，所列案卷不是本单位承办，附案卷目录。"}
PARTLY = {
    "claimed_part": "案卷未经法制审核的部分，由本单位整改。", "rest": "窗口收件登记不全的部分。",
    "reason": "窗口收件由市政务服务中心统一登记，“三定”规定已明确。",
}  # fmt: skip
# what a unit answers instead of 认领, by where its finding stands today, and what the office decides
ANSWERS: dict[str, tuple[str, dict[str, Any]]] = {
    "dispute": ("dispute", WRONG), "void": ("dispute", WRONG), "dismissed": ("dispute", WRONG),
    "handover": ("decline", NOT_OURS), "reassigned": ("decline", NOT_OURS),
    "refused_part": ("claim_part", PARTLY), "refused_handover": ("decline", NOT_OURS),
    "part": ("claim_part", PARTLY), "split": ("claim_part", PARTLY),
}  # fmt: skip
DECISIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "void": ("uphold_dispute", {"reason": "核对案卷，法制审核记录齐全，原认定有误。"}),
    "dismissed": ("dismiss_dispute", {"reason": "调阅案卷原件，承办单位属实，由本单位整改。"}),
    "reassigned": ("reassign", {"reason": "职责分工已调整，由市政务服务中心整改。"}),
    "refused_part": ("refuse_part", {"reason": "窗口收件也在本单位大厅，由本单位一并整改。"}),
    "refused_handover": ("refuse_handover", {"reason": "“三定”规定明确由本单位承担，请认领。"}),
    "split": ("split", {
        "part_kept": PARTLY["claimed_part"], "part_moved": "窗口收件登记不全的部分，由市政务服务中心整改。",
        "reason": "职责清楚，同意拆分，各自整改。",
    }),
}  # fmt: skip
CLAIMED_AFTER = frozenset({"dismissed", "refused_part", "refused_handover"})  # the answer was refused
GO_ON = CLAIMED_AFTER | {"split"}
JOINT = frozenset({"remedying", "closed"})  # among these, some have an assisting unit with a part of its own


def load_july(loader: Loader, items: dict[str, Any]) -> None:
    """Log and move the findings of July."""
    title = "法治建设督察"
    units = list(Unit.objects.inspected().order_by("code").values_list("short_name", flat=True))
    campaign = loader.campaign("SX", title, loader.on(7, 1), loader.on(7, 20), units=units, item=items[title], teams=4)
    july = July(loader, campaign)
    for sample in story.SAMPLES:
        if sample.state != "round2":  # that one stands in the farmland inspections, where its first round was
            july.sample(sample)
    july.spread(units)
    loader.acts.steps(campaign.case, [("begin_feedback", 0, loader.acts.staff, {})], loader.on(8, 12))


class July:
    """Takes a finding of July to where it stands today."""

    def __init__(self, loader: Loader, campaign: Any) -> None:
        self.loader, self.acts, self.campaign = loader, loader.acts, campaign

    def sample(self, sample: story.Sample) -> None:
        month, day, years = sample.due
        due = self.loader.on(month, day, years)
        leader, member = self.loader.authors(self.campaign, sample.unit)
        found = self.loader.on(7, 2) + timedelta(sample.n % 8)
        kind = sample.kind
        finding = self.acts.find(
            self.campaign, sample.unit, author=member, on=found, by=due, topic=sample.topic, title=sample.title, statement=sample.statement, cited=sample.citations,
            kind=kind, supervisor=sample.supervisor, severity=sample.severity, method=("AJ", "CY", "SD")[sample.n % 3],
        )  # fmt: skip
        case = self.acts.feed_back(finding, leader=leader, author=member, on=found)
        measures = (
            story.MEASURES_13
            if sample.n == 13
            else tuple((m, "业务科室", "印发文件、工作记录") for m in ("核实问题底数并逐项整改", "完善制度并组织培训"))
        )
        self.bring(case, sample.state, measures)
        if sample.state == "extension":
            liaison, head = (
                lambda role=role: self.acts.of(sample.unit, role) for role in (Role.UNIT_LIAISON, Role.UNIT_HEAD)
            )
            asked = {"asked_due_on": due + timedelta(40), "reason": "剩余 114.5 万元列入年底预算，需待资金下达。"}
            way: list[Any] = [("ask_extension", 0, liaison, asked), ("sign_extension", 1, head, {"commitment": True})]
            self.acts.steps(case, way, self.loader.today - timedelta(6))

    def spread(self, units: list[str]) -> None:
        """Findings of the general topics over all units, in every state."""
        n = 0
        for state, count in SPREAD.items():
            for _ in range(count):
                is_land = state == "supervision"  # these wait for the department that supervises land
                among, templates = (tuple(story.TOWNS), story.LAND) if is_land else (units, story.RULE_OF_LAW)
                unit, template = among[(n * 11 + 3) % len(among)], templates[n % len(templates)]
                title, statement = self.loader.words(template, unit, n)
                leader, member = self.loader.authors(self.campaign, unit)
                found, late = self.loader.on(7, 2) + timedelta(n % 9), (4, 11, 17, 24, 38, 45, 66, 9, 20)
                due = self.gone_by(late[n % 9]) if state == "overdue" else self.due(state, n)
                finding = self.acts.find(
                    self.campaign, unit, author=member, on=found, by=due, topic=template.topic, title=title, statement=statement, cited=[(template.basis, template.article)],
                    kind="R3" if state == "long_term" else "R2", supervisor="市自然资源局" if is_land else "", severity=1 + (n % 5 == 0) + (n % 17 == 0), method=("AJ", "CY", "SD", "GT")[n % 4],
                    assisting=[units[(n * 11 + 40) % len(units)]] if state in JOINT and n % 6 == 2 else [],
                )  # fmt: skip
                n += 1
                if state == "dropped":
                    way = [
                        ("submit", 1, member, {}),
                        ("approve", 1, leader, {}),
                        ("drop", 4, self.acts.director, {"reason": "与上半年专项督察反馈的问题重复，不再单列。"}),
                    ]
                    self.acts.steps(finding.case, way, found)
                    continue
                lead = self.acts.feed_back(finding, leader=leader, author=member, on=found)
                for case in [lead, *Case.objects.filter(rectification__finding=finding, is_lead=False).order_by("pk")]:
                    self.bring(case, state, tuple((m, "法规科", "印发文件、工作记录") for m in template.measures[:2]))

    def gone_by(self, days: int) -> date:
        """Return a deadline so many days ago; more where it would be rolled on to this day or beyond."""
        due = self.loader.today - timedelta(days)
        while next_workday(due) >= self.loader.today:
            due -= timedelta(1)
        return due

    def due(self, state: str, n: int) -> date:
        if state == "closed":
            return self.loader.on(10, 15) + timedelta(n % 30)
        return self.loader.today + timedelta((6, 13, 2, 25, 37, 48, 9, 70)[n % 8])

    def bring(self, case: Case, state: str, measures: tuple[tuple[str, str, str], ...]) -> None:
        """Take a rectification to a state; what is judged now was reported lately."""
        today, acts = self.loader.today, self.acts
        head: Callable[[], Any] = lambda: acts.of(case.unit_name, Role.UNIT_HEAD)
        liaison: Callable[[], Any] = lambda: acts.of(case.unit_name, Role.UNIT_LIAISON)
        if state == "sign":
            return
        if state == "claim":
            acts.step(case, "sign", case.opened_on + timedelta(2), liaison)
            return
        if state in ANSWERS:
            on = self.adjudicate(case, state)
            if state not in GO_ON:
                return
            state = "remedying"
        else:
            on = acts.claim(case, case.opened_on)
        immediate = Case.objects.get(pk=case.pk).state == "remedying"
        if state == "plan":
            return
        acts.write_plan(case, measures, on + timedelta(2))
        if state == "plan_review":
            acts.step(case, "submit_plan", today - timedelta(3), head, commitment=True)
            return
        if state == "plan_returned":
            acts.step(case, "submit_plan", today - timedelta(9), head, commitment=True)
            acts.return_one(case, today - timedelta(4))
            return
        if not immediate:
            on = acts.agree_plan(case, on + timedelta(6), returned=case.pk % 7 == 0)
        self.remedy(case, state, on + timedelta(3 if immediate else 12))

    def take_off_the_clock(self, case: Case, state: str, on: date) -> None:
        """Make a rectification 长期坚持, or suspend it."""
        acts, director = self.acts, self.acts.director
        review = self.loader.on(12, 31)
        stage = case.stage_goals.order_by("-due_on").first()
        if state == "suspended":
            why = "相关行政诉讼正在审理，待判决后恢复。"
            acts.step(case, "suspend", on + timedelta(23), director, reason=why, next_review_on=review)
            return
        acts.step(
            case,
            "make_long_term",
            on + timedelta(28),
            director,
            reason="涉及种植结构调整，须分年度推进。",
            stage_goal=stage.goal if stage else "年底前完成三分之一",
            next_review_on=review,
            expected_on=self.loader.on(6, 30, 1),
        )

    def remedy(self, case: Case, state: str, on: date) -> None:
        """Take a rectification whose plan is agreed on to a state."""
        today, acts = self.loader.today, self.acts
        staff = acts.staff
        acts.progress(case, "已建立工作专班，问题逐项核实。", 30, on)
        if state in {"remedying", "overdue", "extension"}:
            if case.pk % 2:
                acts.complete(case, on + timedelta(13), leave=1)
            return
        if state in {"long_term", "suspended"}:
            self.take_off_the_clock(case, state, on)
            return
        recent = state in {"supervision", "publicity", "final_review", "verified", "sent_back"}
        done = today - timedelta(30) if recent else self.done(case, on)
        done = max(done, on + timedelta(1))
        if Measure.objects.filter(case=case).exists():
            acts.complete(case, done, words="survey of the plots" if state == "supervision" else "")
        asked = acts.ask_closure(
            case,
            today
            - timedelta({"supervision": 4, "publicity": 3, "final_review": 14, "verified": 16, "sent_back": 20}[state])
            if recent
            else done + timedelta(1),
        )
        if state == "sent_back":
            asked = acts.close(case, asked, until="final_review")
            acts.find_lacking(case, staff, today - timedelta(6), "培训签到表的日期和名单", today + timedelta(8))
            acts.step(
                case,
                "send_back",
                today - timedelta(6),
                staff,
                reason="培训签到表没有日期，请上传完整的材料。",
                return_kind=["佐证不足"],
            )
            return
        acts.close(case, asked, until=state)

    def done(self, case: Case, on: date) -> date:
        """Return when all is done of what is closed today: early, with little time to spare, or too late."""
        due = case.due_on or self.loader.today
        done = due - timedelta({0: 22, 2: 8}.get(case.pk % 4, 60))
        is_over = done + timedelta(30) <= self.loader.today  # what is not closed by today would not be closed
        return done if is_over and done > on + timedelta(8) else min(on + timedelta(8), due - timedelta(22))

    def adjudicate(self, case: Case, state: str) -> date:
        """Answer otherwise than by 认领, and have the answer decided where it is; return the day of the last step."""
        acts, unit = self.acts, case.unit_name
        liaison = lambda: acts.of(unit, Role.UNIT_LIAISON)
        center, later = acts.units["市政务服务中心"], max(case.due_on or case.opened_on, case.opened_on + timedelta(40))
        answer, words = ANSWERS[state]
        said = words | ({} if answer == "dispute" else {"suggested_unit": center})
        on = acts.steps(case, [("sign", 1, liaison, {}), (answer, 2, liaison, said)], case.opened_on)
        if state not in DECISIONS:
            return on
        decision, words = DECISIONS[state]
        decided = words | ({"new_unit": center, "new_due_on": later} if decision in {"split", "reassign"} else {})
        on = acts.steps(case, [(decision, 5, acts.director, decided)], on)
        if state == "split":
            other = Case.objects.get(rectification__finding=case.content.finding_id, unit=center)
            self.bring(other, "remedying", (("核对窗口收件登记，补齐受理通知书", "业务科室", "登记台账"),))
        return acts.steps(case, [("claim", 1, liaison, {})], on) if state in CLAIMED_AFTER else on

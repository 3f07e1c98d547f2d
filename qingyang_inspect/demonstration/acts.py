"""The acts of the story: each one is a service or a step, taken by its person on its day."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from casework.deadlines.working_days import next_workday
from casework.enums import Severity
from casework.models import Case, Topic
from casework.workflow import circuits, engine
from inspections.enums import RectifyType
from inspections.models import Basis, Campaign, Finding
from inspections.services import log_finding
from organizations.actor import Actor
from organizations.enums import Role
from organizations.models import Unit
from qingyang_inspect.demonstration import closures
from qingyang_inspect.demonstration.clock import standing_at, weekday
from qingyang_inspect.demonstration.people import People
from rectification import services
from rectification.enums import Verdict
from rectification.models import RootCause

STANDARD = "逐件复核，资料齐全，同类问题不再发生"
CAUSES = {
    "A01": "G01", "A02": "G02", "A04": "G05", "A05": "G03", "A06": "G05", "A07": "G06", "A08": "G02", "A10": "G03",
    "A11": "G02", "A12": "G01", "A14": "G07", "A15": "G07", "B02": "G08", "B03": "G10", "B05": "G09",
}  # fmt: skip
SIGN_OFF = "措施完成，佐证齐全，同意。"


def paper(name: str, words: str) -> SimpleUploadedFile:
    """Return a small one-page PDF, different for each text."""
    text = words.encode("ascii", "ignore").decode()[:60] or "evidence"
    stream = f"BT /F1 14 Tf 60 760 Td ({text}) Tj ET".encode()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length " + str(len(stream)).encode() + b">>stream\n" + stream + b"\nendstream", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]  # fmt: skip
    body, offsets = b"%PDF-1.4\n", []
    for n, part in enumerate(parts, 1):
        offsets.append(len(body))
        body += str(n).encode() + b" 0 obj" + part + b"endobj\n"
    table = b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    body += (
        b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n"
        + str(len(body)).encode()
        + b"\n%%EOF\n"
    )
    return SimpleUploadedFile(name, body)


class Acts:
    """Takes the acts; `tick` is told each one for the progress bar. `rng` makes days differ, the same each time."""

    def __init__(self, people: People, today: date, tick: Callable[[], object]) -> None:
        self.people, self.today, self.tick, self.rng = people, today, tick, random.Random(20260706)
        self.topics = {t.code: t for t in Topic.objects.all()}
        self.bases = {b.code: b for b in Basis.objects.all()}
        self.causes = dict(RootCause.objects.values_list("code", "pk"))
        self.units = {u.short_name: u for u in Unit.objects.all()}

    # ---- people of the office; whoever is employed by the unit stays out of its cases

    def staff(self, unit: str = "") -> Actor:
        return self.people.account("jingban3" if unit == "市司法局" else "jingban")

    def director(self) -> Actor:
        return self.people.account("zhuren")

    def of(self, unit: str, role: Role) -> Actor:
        return self.people.as_(unit, role)

    def day(self, day: date, *, hour: int = 0) -> Any:
        """Stand at a working hour of a day, never after today."""
        return standing_at(min(weekday(day), self.today), hour or self.rng.randint(9, 17), self.rng.randint(0, 59))

    def step(self, case: Case, name: str, day: date, who: Callable[[], Actor], **given: Any) -> Case:
        """Take one step on a day."""
        with self.day(day):
            after = engine.perform(case, name, who(), **given)
        self.tick()
        return after

    def steps(
        self, case: Case, way: Sequence[tuple[str, int, Callable[[], Actor], dict[str, Any]]], start: date
    ) -> date:
        """Take steps one after the other, each so many days after the one before; return the day of the last."""
        on = start
        for name, days, who, given in way:
            on = min(weekday(on + timedelta(days)), self.today)
            self.step(case, name, on, who, **given)
        return on

    # ---- findings

    def find(
        self, campaign: Campaign, unit: str, *, author: Callable[[], Actor], on: date, by: date, topic: str, title: str, statement: str, cited: Sequence[tuple[str, str]],
        kind: str = "R2", supervisor: str = "", severity: int = 1, method: str = "CY", source: str = "on_site", required: str = "", assisting: Sequence[str] = (),
        happened_on: date | None = None,
    ) -> Finding:  # fmt: skip
        """Log a finding with its articles and a piece of evidence."""
        with self.day(on):
            finding = log_finding(
                author(), campaign, self.units[unit], statement=statement, title=title, topic=self.topics[topic], severity=severity, method=method, source=source,
                discovered_on=weekday(on), rectify_type=kind, rectify_by=by, happened_on=happened_on,
                citations=[(self.bases[code], one, "") for code, articles in cited for one in articles.split("、")],
                supervisor=self.units[supervisor] if supervisor and supervisor != unit else None, required_measures=required,
                assisting=[self.units[name] for name in assisting], files=[paper(f"底稿_{topic}_{on:%Y%m%d}_01.pdf", f"{campaign.pk} {unit} {title} {on}")],
            )  # fmt: skip
        self.tick()
        return finding

    def feed_back(
        self,
        finding: Finding,
        *,
        leader: Callable[[], Actor] | None,
        author: Callable[[], Actor],
        on: date,
        days: tuple[int, int, int, int] = (1, 1, 3, 5),
    ) -> Case:
        """Take a finding from its draft to the unit; return the card of the lead unit's rectification."""
        reviewed: list[Any] = (
            [("submit", days[0], author, {}), ("approve", days[1], leader, {})]
            if leader
            else [("submit_to_office", days[0], author, {})]
        )
        # 四抄告: what is grave goes to 纪检监察机关 and 组织部门 too (docs/domain/process.md 1.7)
        copied = (
            [self.units[name] for name in ("市纪委监委", "市委组织部")]
            if finding.case.severity == Severity.GRAVE
            else []
        )
        sent: list[Any] = [
            ("confirm", days[2], self.staff, {}),
            ("feed_back", days[3], self.staff, {"copied_to": copied} if copied else {}),
        ]
        self.steps(finding.case, [*reviewed, *sent], on)
        return Case.objects.get(rectification__finding=finding, is_lead=True)

    # ---- rectifications

    def claim(self, case: Case, on: date) -> date:
        liaison = lambda: self.of(case.unit_name, Role.UNIT_LIAISON)
        return self.steps(
            case, [("sign", self.rng.randint(1, 2), liaison, {}), ("claim", self.rng.randint(1, 3), liaison, {})], on
        )

    def write_plan(self, case: Case, measures: Sequence[tuple[str, str, str]], on: date) -> None:
        """Write goal, leader and measures; required ones get owner and deliverable."""
        liaison = lambda: self.of(case.unit_name, Role.UNIT_LIAISON)
        with self.day(on):
            card = Case.objects.get(pk=case.pk)
            if "goal" in circuits.circuit_of(card).editable(card, liaison()):
                goal = f"{case.title}的问题全部整改到位，同类问题不再发生"
                head = {"goal": goal, "leader_title": "分管领导", "owner": "法规科负责人"}
                engine.amend(card, liaison(), head | {"cause_id": self.cause_of(card)})
            due = card.due_on or on
            if card.subkind == RectifyType.IMMEDIATE:
                due = min(due, card.opened_on + timedelta(services.IMMEDIATE_DAYS))
            if card.subkind == RectifyType.LONG_TERM:
                halfway = card.opened_on + (due - card.opened_on) / 2
                stages = [services.StageDraft(halfway, "查清底数，完成三分之一")]
                stages.append(services.StageDraft(due, "全部完成，转入经常性检查"))
                services.save_plan(card, liaison(), {}, stages=stages)
            for measure in card.measures.order_by("n"):
                services.change_measure(
                    measure, liaison(), owner="法规科", deliverable="印发文件、工作记录", standard=STANDARD, due_on=due
                )
            for n, (content, owner, deliverable) in enumerate(measures, 1):
                last = max(card.opened_on, due - timedelta(7 * (len(measures) - n) + 3))
                services.add_measure(
                    card, liaison(), content=content, owner=owner, due_on=min(last, due), deliverable=deliverable,
                    standard=STANDARD,
                )  # fmt: skip
        self.tick()

    def cause_of(self, case: Case) -> int:
        """Return why a problem of this kind arose: the same for the same field, so that the year can be counted."""
        code = CAUSES.get(case.topic.code if case.topic else "", "G04")
        return self.causes[code]

    def agree_plan(self, case: Case, on: date, *, returned: bool = False) -> date:
        """Sign, report and approve the plan, once returned where asked."""
        head = lambda: self.of(case.unit_name, Role.UNIT_HEAD)
        report = ("submit_plan", self.rng.randint(1, 4), head, {"commitment": True})
        if returned:
            on = self.return_one(case, self.steps(case, [report], on) + timedelta(2))
            self.sharpen(case, on + timedelta(1))
            on += timedelta(1)
        return self.steps(case, [report, ("approve_plan", self.rng.randint(2, 5), self.staff, {})], on)

    def return_one(self, case: Case, on: date) -> date:
        """Review a plan item by item: the first measure is returned, all else accepted; return the day."""
        on = min(weekday(on), self.today)
        items = {n: services.Said("accepted") for n in services.open_items(case)}
        items[min(n for n in items if n)] = services.Said("returned", "责任人不明", "请写明由哪个岗位负责、谁复核。")
        with self.day(on):
            services.review_plan(case, self.staff(), items)
        self.tick()
        return on

    def sharpen(self, case: Case, on: date) -> None:
        """Correct a returned plan as the return asks: who does the first measure, and who checks it."""
        with self.day(on):
            measure = case.measures.order_by("n")[0]
            liaison = self.of(case.unit_name, Role.UNIT_LIAISON)
            services.change_measure(measure, liaison, owner="法规科科长", standard="法规科逐件复核，分管领导抽查 20%")
        self.tick()

    def progress(self, case: Case, text: str, percent: int, on: date) -> None:
        self.step(
            case,
            "report_progress",
            on,
            lambda: self.of(case.unit_name, Role.UNIT_LIAISON),
            note_progress=text,
            percent=percent,
        )

    def complete(self, case: Case, on: date, *, leave: int = 0, words: str = "") -> None:
        """Report measures done, each with a file, except the last `leave` ones.

        `words`: what stands in every file, where it is the same one.
        """
        measures = list(Case.objects.get(pk=case.pk).measures.order_by("n"))
        for measure in measures[: len(measures) - leave]:
            with self.day(on, hour=9 + measure.n):
                name = f"{case.number}_材料_{on:%Y%m%d}_{measure.n:02}.pdf"
                file = paper(name, words or f"{case.pk} {measure.n} {on}")
                services.complete_measure(
                    measure,
                    self.of(case.unit_name, Role.UNIT_LIAISON),
                    result=f"已完成：{measure.content}。",
                    done_on=min(weekday(on), self.today),
                    filed=[services.Filed(file, place="第 1 页", formed_on=min(weekday(on), self.today))],
                )
            self.tick()

    def extend(self, case: Case, on: date, until: date) -> None:
        """Ask for an extension, sign it and grant it."""
        liaison, head = (
            lambda role=role: self.of(case.unit_name, role) for role in (Role.UNIT_LIAISON, Role.UNIT_HEAD)
        )
        asked = {"asked_due_on": until, "reason": "涉及多个部门会审，需要增加时间。"}
        way: list[Any] = [
            ("ask_extension", 0, liaison, asked),
            ("sign_extension", 1, head, {"commitment": True}),
            ("grant_extension", 2, self.director, {"granted_due_on": until}),
        ]
        self.steps(case, way, on)

    def look_back(self, case: Case, on: date, verdict: str, found: str) -> None:
        """Book a look-back at a closed case and judge it a week later, by somebody who did not verify the closure."""
        visit = self.book_look_back(case, on, on + timedelta(10))
        self.step(
            visit, "judge", on + timedelta(7), lambda: self.people.account("jingban2"), verdict=verdict, found=found
        )

    def book_look_back(self, case: Case, on: date, planned_on: date) -> Case:
        with self.day(on):
            return services.book_look_back(self.staff(), number=str(case.number), planned_on=planned_on)

    def relapse(self, look_back: Case, on: date, found: str, due_on: date, within: Case) -> Case:
        """Find a relapse, by somebody who did not verify the closure; return the card of the next round."""
        judge = lambda: self.people.account("jingban2")
        given = {"verdict": "partly", "found": found, "relapse_due_on": due_on, "relapse_within": within}
        following: Case = self.step(look_back, "judge", on, judge, **given).content.next_round
        return following

    def judge(self, case: Case, who: Callable[[], Actor], on: date) -> None:
        for measure in Case.objects.get(pk=case.pk).measures.order_by("n"):
            with self.day(on, hour=8 + measure.n):
                services.judge(measure, who(), Verdict.DONE)

    def find_lacking(self, case: Case, who: Callable[[], Actor], on: date, lacking: str, by: date) -> None:
        """Find the first measure 部分到位: what is missing, to be supplied by a day within the deadline."""
        measure = Case.objects.get(pk=case.pk).measures.order_by("n").select_related("case").first()
        if measure is None:
            return
        due = measure.case.due_on
        by = due if due is not None and on < due < next_workday(by) else by
        with standing_at(min(weekday(on), self.today), 8, 40):
            services.judge(
                measure, who(), Verdict.PARTLY, f"成果已提交，{lacking}没有附上", lacking=lacking, supply_by=by
            )
        self.tick()

    def ask_closure(self, case: Case, on: date) -> date:
        return self.steps(
            case, [("request_closure", 1, lambda: self.of(case.unit_name, Role.UNIT_HEAD), closures.signed(case))], on
        )

    def close(self, case: Case, on: date, *, until: str = "closed") -> date:
        """Take a case from its request for closure as far as asked: supervision, publicity, final_review, verified, closed."""
        for state, taken in self._closing(case):
            now = Case.objects.get(pk=case.pk).state
            if now == until or (until == "verified" and state == "close"):
                return self.publish(case, on) if now == "publicity" and case.pk % 3 else on
            if state == now or (state == "close" and now == "final_review"):
                on = taken(on)
        return on

    def publish(self, case: Case, on: date) -> date:
        """Make a closure public the day it may be; return the day."""
        return self.steps(case, [("publish", 0, self.staff, closures.published(case))], on)

    def _closing(self, case: Case) -> Iterator[tuple[str, Callable[[date], date]]]:
        unit = case.unit_name
        reviewer = lambda: self.of(str(case.rectification.finding.supervisor), Role.INDUSTRY_REVIEWER)
        staff, director = (lambda: self.staff(unit)), self.director

        def supervise(on: date) -> date:
            self.judge(case, reviewer, on + timedelta(3))
            day = min(weekday(on + timedelta(3)), self.today)
            with self.day(day):
                seen = closures.seen_on_site(case, reviewer(), day)
            return self.steps(case, [("endorse", 3, reviewer, seen)], on)

        def publish(on: date) -> date:
            on = self.publish(case, on)
            if closures.meets_objection(case):
                closures.object_to(self, case, min(weekday(on + timedelta(3)), self.today))
            return self.steps(case, [("end_publicity", 9, staff, {})], on)

        def verify(on: date) -> date:
            self.judge(case, staff, on + timedelta(2))
            return self.steps(case, [("verify", 2, staff, {"opinion": SIGN_OFF})], on)

        def close(on: date) -> date:
            return self.steps(case, [("close", self.rng.randint(1, 3), director, {"opinion": "同意销号。"})], on)

        yield from (("supervision", supervise), ("publicity", publish), ("final_review", verify), ("close", close))

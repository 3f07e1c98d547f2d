"""Two rounds of progress: one answered by all, one reminded of once; who has nothing new, who lags, who needs support."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Max

from casework.models import Case
from casework.workflow import engine
from organizations.enums import Role
from organizations.models import Unit
from qingyang_inspect.demonstration.clock import weekday
from rectification import services
from rectification.enums import RECTIFICATION, WORKING, CallState
from rectification.models import ProgressRound, SupportNeed

if TYPE_CHECKING:
    from qingyang_inspect.demonstration.acts import Acts

SAID = ("又核实 4 件，已完成 2 件并补齐资料。", "已召开专题会议，分解到岗位。", "制度已印发，正在组织培训。")
NEED = "请协调市财政局，将 12 台执法记录仪的经费列入年度预算。"
PROBLEM = "专职人员不足，经费没有列入年初预算。"


class Rounds:
    """Takes the acts of the two rounds, after all else has happened."""

    def __init__(self, acts: Acts, today: date) -> None:
        self.acts, self.today = acts, today

    def tell(self) -> None:
        """The first is of units that have been at it quietly for some time, the second of all."""
        first = self.today - timedelta(24)
        quiet = [self.acts.units[name] for name in self._quiet_until(weekday(first))]
        self._answered(self._call("年终前整改进展", first, quiet), first + timedelta(4), late=3)
        second = self.today - timedelta(2)
        called = self._call("近期整改进展", second, [])
        self._answered(called, second + timedelta(1), every=3)
        twice = self._call("法治督察进展", second, [self.acts.units["环县"], self.acts.units["西峰区"]])
        with self.acts.day(self.today):
            services.cancel_round(twice, self.acts.staff(), reason="与同日发起的“近期整改进展”重复。")
            services.remind_round(called, self.acts.staff())
            need, other = SupportNeed.objects.order_by("pk")[:2]
            liaison = self.acts.of(other.case.unit_name, Role.UNIT_LIAISON)
            engine.perform(other.case, "drop_need", liaison, reason="县财政已先行安排，不再需要。")
            answer = "已商市财政局，列入下年度预算，先由机关事务中心调剂 4 台。"
            engine.perform(need.case, "answer_need", self.acts.staff(need.case.unit_name), answer=answer)
        self.acts.tick()

    def _quiet_until(self, day: date) -> list[str]:
        """Return the units on none of whose rectifications under way anything was done since."""
        rows = Case.objects.filter(kind=RECTIFICATION, state__in=sorted(WORKING))
        last = rows.values("unit__short_name").annotate(last=Max("events__day")).order_by("unit__short_name")
        return [row["unit__short_name"] for row in last if row["last"] < day][:12]

    def _call(self, title: str, on: date, units: list[Unit]) -> ProgressRound:
        with self.acts.day(on, hour=9):
            called = services.call_round(self.acts.staff(), title=title, due_on=on + timedelta(9), units=units)
        self.acts.tick()
        return called

    def _answered(self, called: ProgressRound, on: date, *, late: int = 0, every: int = 1) -> None:
        """Answer a round unit by unit; with `late`, that many answer only when they were reminded."""
        cards = list(Case.objects.filter(progresscall__round=called, state=CallState.ASKED).order_by("unit__place"))
        prompt = cards[: len(cards) - late]
        for n, card in enumerate(prompt[::every]):
            self._answer(card, n, on)
        if late:
            with self.acts.day(called.due_on, hour=9):
                services.remind_round(called, self.acts.staff())
            for n, card in enumerate(cards[len(cards) - late :]):
                self._answer(card, n, called.due_on + timedelta(1))

    def _answer(self, card: Case, n: int, on: date) -> None:
        """Say of every second rectification that something was done, of the others that nothing changed."""
        with self.acts.day(on, hour=15):
            answers = []
            for m, one in enumerate(services.asked(card)):
                if one.last is not None and (n + m) % 2:
                    answers.append(services.Answer(one.item.pk, unchanged=True))
                    continue
                percent = min(95, (one.last.percent if one.last else 20) + 10 * (n % 4))
                said = services.Answer(one.item.pk, percent, SAID[(n + m) % len(SAID)])
                wants = m == 0 and n in {0, 2}
                answers.append(said._replace(support=NEED, problem=PROBLEM) if wants else said)
            services.answer_call(card, self.acts.of(card.unit_name, Role.UNIT_LIAISON), answers)
        self.acts.tick()

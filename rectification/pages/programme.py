"""What the pages of a programme show: its problems, who claims which, and the two matrices (decision 0034).

A matrix has a row a unit and a column a problem, or a required measure. It is read in a fixed number of questions
however many units there are, and every cell leads to what stands behind it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Prefetch
from django.utils import timezone

from casework.enums import AT_REST, DONE, UNDER_WAY
from casework.models import Case
from casework.workflow.circuits import StateWord, word_for
from organizations.actor import Actor
from organizations.enums import Role, Sees
from rectification.enums import NO_CLOCK, OUTSIDE, RECTIFICATION, ClaimState, Judge, State, Verdict
from rectification.models import Aspect, ClaimedAspect, Demand, EvidenceVerdict, Measure, Programme, UnitClaim
from rectification.services import to_remind_of


def sees_programmes(actor: Actor) -> bool:
    """The office and the leaders; a unit sees what it is asked, not what others answer."""
    return actor.standing.sees in {Sees.EVERYTHING, Sees.ALL_OPEN}


def drafts_programmes(actor: Actor) -> bool:
    """The office's staff write a programme, and remind who has not answered it."""
    return actor.role == Role.OFFICE_STAFF


class Cell(NamedTuple):
    """Where one unit stands with one problem or measure: a word, and where it leads."""

    word: StateWord
    url: str
    is_late: bool = False

    @property
    def is_elsewhere(self) -> bool:
        """The problem or measure is none of the unit's."""
        return self.word == ELSEWHERE


def _said(look: Any, label: str) -> StateWord:
    return StateWord("", label, str(look.tone.value), look.icon)


UNANSWERED, LATE = _said(AT_REST, "未认领"), _said(AT_REST, "没有按期认领")
ELSEWHERE = StateWord("", "不涉及", AT_REST.tone.value, "dash")
CLAIMED, PLANNED, DONE_WORD = _said(AT_REST, "待核定"), _said(UNDER_WAY, "未完成"), _said(DONE, "到位")
REPORTED = _said(UNDER_WAY, "已完成")


class Line(NamedTuple):
    """The row of one unit."""

    case: Case
    cells: list[Cell]


class Head(NamedTuple):
    """The head of a column: its number, what it says, where it leads, and how many units have what."""

    n: int
    text: str
    url: str
    counts: list[tuple[str, int]]


class Matrix(NamedTuple):
    """Units against problems, or against required measures."""

    by: str
    heads: list[Head]
    lines: list[Line]

    @property
    def label(self) -> str:
        return "方面" if self.by == "aspect" else "措施"


def _newest(rows: Sequence[Case]) -> Case | None:
    """Return the rectification that stands for a unit: the newest round, whatever was reassigned apart."""
    standing = [row for row in rows if row.state not in OUTSIDE] or list(rows)
    return max(standing, key=lambda row: row.pk, default=None)


class Standing:
    """Everything the matrices are made of: six questions, however many units, problems and measures."""

    def __init__(self, programme: Programme, actor: Actor) -> None:
        self.actor, self.today = actor, timezone.localdate()
        claims = UnitClaim.objects.visible_to(actor).filter(programme=programme).select_related("case__unit")
        self.claims = list(claims.order_by("case__unit__place", "pk"))
        self.aspects = list(programme.aspects.select_related("case").prefetch_related("demands").order_by("n"))
        rows = ClaimedAspect.objects.filter(claim__in=[claim.pk for claim in self.claims]).prefetch_related("demands")
        self.claimed = {(row.claim_id, row.aspect_id): row for row in rows}
        cards = Case.objects.visible_to(actor).filter(
            kind=RECTIFICATION, rectification__finding__claimed__aspect__programme=programme
        )
        self.cards: dict[int, list[Case]] = {}
        for card in cards.select_related("rectification").order_by("pk"):
            self.cards.setdefault(card.rectification.finding_id, []).append(card)

    def card_of(self, claim: UnitClaim, aspect: Aspect) -> Case | None:
        row = self.claimed.get((claim.pk, aspect.pk))
        return _newest(self.cards.get(row.finding_id or 0, ())) if row else None

    def is_late(self, claim: UnitClaim) -> bool:
        return claim.case.due_on is not None and claim.case.due_on < self.today

    def _bare(self, claim: UnitClaim) -> Cell | None:
        """The cell of a unit that has not answered."""
        if claim.case.state != ClaimState.ASKED:
            return None
        is_late = self.is_late(claim)
        return Cell(LATE if is_late else UNANSWERED, claim.case.get_absolute_url(), is_late)

    def cell(self, claim: UnitClaim, aspect: Aspect) -> Cell:
        """Where a unit stands with a problem."""
        if bare := self._bare(claim):
            return bare
        card = self.card_of(claim, aspect)
        if card is None:
            word = CLAIMED if (claim.pk, aspect.pk) in self.claimed else ELSEWHERE
            return Cell(word, claim.case.get_absolute_url())
        is_late = card.is_open and card.state not in NO_CLOCK and card.due_on is not None and card.due_on < self.today
        return Cell(word_for(card, self.actor), card.get_absolute_url(), is_late)

    def measure_cell(self, claim: UnitClaim, demand: Demand, aspect: Aspect, found: Mapping[Any, Measure]) -> Cell:
        """Where a unit stands with a required measure of a problem."""
        if bare := self._bare(claim):
            return bare
        row, card = self.claimed.get((claim.pk, aspect.pk)), self.card_of(claim, aspect)
        if row is None or demand not in row.demands.all():
            return Cell(ELSEWHERE, claim.case.get_absolute_url())
        measure = found.get((card.pk, demand.pk)) if card else None
        if card is None or measure is None:
            return Cell(CLAIMED, claim.case.get_absolute_url())
        url = f"{card.get_absolute_url()}#m{measure.n}"
        said = next((one for one in reversed(measure.verdicts.all())), None)
        if measure.done_on is None:
            is_late = card.is_open and card.state not in NO_CLOCK and measure.due_on < self.today
            return Cell(PLANNED, url, is_late)
        if card.state == State.CLOSED:
            return Cell(DONE_WORD, url)
        if said is None:
            return Cell(REPORTED, url)
        word = DONE_WORD if said.verdict == Verdict.DONE else _said(UNDER_WAY, said.get_verdict_display())
        return Cell(word, url)


def matrix(programme: Programme, actor: Actor, by: str) -> Matrix:
    """Return one of the two matrices of a programme: `by` problem or required measure."""
    standing = Standing(programme, actor)
    if by != "measure":
        lines = [Line(c.case, [standing.cell(c, aspect) for aspect in standing.aspects]) for c in standing.claims]
        columns = [(one.n, one.title, one.get_absolute_url()) for one in standing.aspects]
        return Matrix("aspect", _heads(columns, lines), lines)
    verdicts = EvidenceVerdict.objects.exclude(judge=Judge.UNIT).order_by("pk")  # its own word is 已完成
    rows = Measure.objects.filter(case__in=[card.pk for cards in standing.cards.values() for card in cards])
    rows = rows.exclude(demand=None).prefetch_related(Prefetch("verdicts", verdicts))
    found = {(row.case_id, row.demand_id): row for row in rows}
    pairs = [(demand, aspect) for aspect in standing.aspects for demand in aspect.demands.all()]
    lines = [
        Line(c.case, [standing.measure_cell(c, demand, aspect, found) for demand, aspect in pairs])
        for c in standing.claims
    ]
    columns = [(one.n, one.content, f"{aspect.get_absolute_url()}#d{one.n}") for one, aspect in pairs]
    return Matrix("measure", _heads(columns, lines), lines)


def _heads(columns: Sequence[tuple[int, str, str]], lines: Sequence[Line]) -> list[Head]:
    """Count under each column how many units stand how, in the order in which they are met; 不涉及 last."""
    heads = []
    for at, (n, text, url) in enumerate(columns):
        counts = Counter(line.cells[at].word.label for line in lines)
        elsewhere = counts.pop(ELSEWHERE.label, 0)
        heads.append(Head(n, text, url, [*counts.items(), *([(ELSEWHERE.label, elsewhere)] if elsewhere else [])]))
    return heads


class Problem(NamedTuple):
    """One problem of a programme as its page shows it: how many claim it, how many of these have closed."""

    aspect: Aspect
    demands: list[Demand]
    n_units: int
    n_closed: int
    word: StateWord | None


def problems(programme: Programme, actor: Actor, standing: Standing) -> list[Problem]:
    found = []
    for aspect in standing.aspects:
        cards = [standing.card_of(claim, aspect) for claim in standing.claims]
        n = sum(1 for claim in standing.claims if (claim.pk, aspect.pk) in standing.claimed)
        n_closed = sum(1 for card in cards if card is not None and card.state == State.CLOSED)
        word = word_for(aspect.case, actor) if aspect.case else None
        found.append(Problem(aspect, list(aspect.demands.all()), n, n_closed, word))
    return found


def brief_of_programme(case: Case, actor: Actor) -> dict[str, Any]:
    """What is approved, issued and ended: the problems with their measures, and the units."""
    programme: Programme = case.content
    standing = Standing(programme, actor)
    asked = Counter(claim.case.state for claim in standing.claims)
    return {
        "programme": programme,
        "problems": problems(programme, actor, standing),
        "n_demands": sum(len(aspect.demands.all()) for aspect in standing.aspects),
        "units": list(programme.units.order_by("place")),
        "n_asked": len(standing.claims),
        "n_answered": len(standing.claims) - asked[ClaimState.ASKED],
        "n_accepted": asked[ClaimState.ACCEPTED],
        "n_late": sum(1 for claim in standing.claims if claim.case.is_open and standing.is_late(claim)),
        "n_claiming": len({claim for claim, _ in standing.claimed}),
    }


def read_programme(case: Case, actor: Actor, context: Mapping[str, Any]) -> dict[str, Any]:
    n_to_remind = len(to_remind_of(case.content)) if case.is_open and drafts_programmes(actor) else 0
    return brief_of_programme(case, actor) | {"n_to_remind": n_to_remind}


class Claimed(NamedTuple):
    """One problem as a unit answers it: whether it is claimed, which measures, and what came of it."""

    aspect: Aspect
    demands: list[tuple[Demand, bool]]
    is_claimed: bool
    card: Case | None
    word: StateWord | None


def brief_of_claim(case: Case, actor: Actor) -> dict[str, Any]:
    """What one unit was asked and has answered."""
    claim: UnitClaim = case.content
    aspects = Aspect.objects.filter(programme=claim.programme_id).prefetch_related("demands").order_by("n")
    rows = {row.aspect_id: row for row in claim.claimed.prefetch_related("demands")}
    cards: dict[int, list[Case]] = {}
    mine = Case.objects.visible_to(actor).filter(kind=RECTIFICATION, rectification__finding__claimed__claim=claim)
    for card in mine.select_related("rectification").order_by("pk"):
        cards.setdefault(card.rectification.finding_id, []).append(card)
    found = []
    for aspect in aspects:
        row = rows.get(aspect.pk)
        chosen = set(row.demands.all()) if row else set()
        newest = _newest(cards.get(row.finding_id or 0, ())) if row else None
        word = word_for(newest, actor) if newest else None
        found.append(Claimed(aspect, [(one, one in chosen) for one in aspect.demands.all()], bool(row), newest, word))
    return {"claim": claim, "claimed": found, "n_claimed": len(rows)}


def read_claim(case: Case, actor: Actor, context: Mapping[str, Any]) -> dict[str, Any]:
    return brief_of_claim(case, actor) | {"shows_programme": sees_programmes(actor)}


class UnitLine(NamedTuple):
    """How one unit stands with one problem."""

    card: Case
    word: StateWord
    n_measures: int
    n_done: int


def brief_of_aspect(case: Case, actor: Actor) -> dict[str, Any]:
    """The rectifications of a problem, unit by unit, with its required measures."""
    aspect: Aspect = case.content
    rows = Case.objects.visible_to(actor).filter(kind=RECTIFICATION, rectification__finding__claimed__aspect=aspect)
    cards = rows.select_related("unit").prefetch_related("measures").order_by("unit__place", "pk")
    lines = []
    for card in cards:
        done = [measure for measure in card.measures.all() if measure.done_on]
        lines.append(UnitLine(card, word_for(card, actor), len(card.measures.all()), len(done)))
    waiting = UnitClaim.objects.filter(programme=aspect.programme_id, case__is_open=True).count()
    return {"aspect": aspect, "demands": list(aspect.demands.all()), "lines": lines, "n_waiting": waiting}


def read_aspect(case: Case, actor: Actor, context: Mapping[str, Any]) -> dict[str, Any]:
    return brief_of_aspect(case, actor)

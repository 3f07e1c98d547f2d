"""No verdict outlives its evidence, and nothing that was handed over goes away: random lives of a case.

Issue 9, section 2. What stands is worked out here from the rows a second time, by no function of the house.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from casework.models import Attachment, Event
from casework.services import attachments
from casework.workflow import engine
from rectification.enums import WORKING, Judge, State, Verdict
from rectification.models import EvidenceVerdict, Measure, Objection, Proof
from rectification.services import Filed, complete_measure, judge, reopen_measure
from rectification.workflow.verdicts import standing
from tests.closures import SIGNED, an_objection, published
from tests.factories import acting
from tests.papers import PDF
from tests.rectification.scenes import D, H, L, R, S, Scene, at, today
from ui.errors import DomainError

pytestmark = pytest.mark.django_db
LENGTH = 20
Judged = tuple[str, str, frozenset[tuple[str, str]]]


@pytest.fixture(scope="module")
def made(made_once: Any) -> Scene:
    scene: Scene = made_once(lambda: at(State.SUPERVISION))
    return scene


class Life:
    """One case, what is done to it at random, and what a bystander remembers."""

    def __init__(self, scene: Scene, seed: int) -> None:
        self.scene, self.chance = scene, random.Random(seed)
        self.at_verdict: dict[int, Judged] = {}
        self.handed_over: set[int] = set()
        self.meddled: set[int] = set()
        self.did: Counter[str] = Counter()

    # ---- what is done

    def a_measure(self) -> Measure:
        return self.chance.choice(self.scene.measures)

    def a_file(self) -> Attachment:
        files = list(Attachment.objects.filter(case_id=self.scene.pk).order_by("pk"))
        return files[-1] if self.chance.random() < 0.5 else self.chance.choice(files)

    def new_bytes(self) -> SimpleUploadedFile:
        return SimpleUploadedFile("佐证.pdf", PDF + f"% {self.chance.random()}\n".encode())

    def hand_over(self) -> None:
        self.scene.do("request_closure", self.scene.who(H), **SIGNED)
        self.did["handed over"] += 1
        if self.did["handed over"] % 2:
            self.take_back()

    def take_back(self) -> None:
        engine.withdraw(self.scene.case, self.scene.who(H), reason="还要补充")
        self.did["taken back"] += 1

    def hand_back(self) -> None:
        back = {State.SUPERVISION: ("return_by_supervisor", R), State.PUBLICITY: ("uphold_objection", S)}
        name, role = back.get(self.scene.case.state, ("send_back", S))
        if name == "uphold_objection":
            published(self.scene.case)
            an_objection(self.scene.case, "upheld")
        self.scene.do(name, self.scene.who(role), reason="请补充")

    def go_on(self) -> None:
        case = self.scene.case
        forward = {
            State.SUPERVISION: ("endorse", R),
            State.PUBLICITY: ("end_publicity", S),
            State.FINAL_REVIEW: ("verify", S),
        }
        name, role = ("close", D) if case.holder_role == D else forward.get(case.state, ("close", D))
        if name == "close" and self.chance.random() < 0.8:
            self.hand_back()  # a closed case has no life left
            return
        given = {} if name == "end_publicity" else {"opinion": "佐证齐全"}
        if name == "end_publicity":
            Objection.objects.filter(case_id=self.scene.pk).delete()  # of an earlier publicity
            published(self.scene.case)
        self.scene.do(name, self.scene.who(role), **given)
        by = {"endorse": Judge.SUPERVISOR, "verify": Judge.OFFICE, "close": Judge.OFFICE}.get(name)
        for measure in self.scene.measures if by else ():
            last = EvidenceVerdict.objects.filter(measure=measure, judge=by).order_by("-pk").first()
            assert last is not None
            assert (last.verdict, self.at_verdict[last.pk]) == (Verdict.DONE, self.now(measure))

    def give_verdicts(self) -> None:
        role = R if self.scene.case.state == State.SUPERVISION else S
        for measure in self.scene.measures:
            word = self.chance.choice([Verdict.DONE, Verdict.DONE, Verdict.DONE, Verdict.PARTLY])
            gap = {"lacking": "复核表", "supply_by": today() + timedelta(1)} if word == Verdict.PARTLY else {}
            given = judge(measure, self.scene.who(role), word, "说明", **gap)
            self.at_verdict[given.pk] = self.now(measure)

    def add(self) -> None:
        files = [self.new_bytes()] if self.chance.random() < 0.7 else []
        there = [] if files else [self.a_file()]
        result = self.chance.choice(["已复核", "已复核并整改"])
        filed = [Filed(file, place=self.chance.choice(["", "第 2 页"])) for file in [*files, *there]]
        complete_measure(self.a_measure(), self.scene.who(L), result=result, done_on=today(), filed=filed)

    def add_to_each(self) -> None:
        for measure in self.scene.measures:
            complete_measure(
                measure, self.scene.who(L), result="都已复核", done_on=today(), filed=[Filed(self.new_bytes())]
            )

    def reopen(self) -> None:
        reopen_measure(self.a_measure(), self.scene.who(L), "有反复")

    def remove(self) -> None:
        file = self.a_file()
        attachments.withdraw_file(file, acting(file.uploaded_by), "传错了")

    def replace(self) -> None:
        file = self.a_file()
        attachments.replace_file(file, acting(file.uploaded_by), self.new_bytes(), "补了签名")

    def meddle(self) -> None:
        """Write behind the back of every service: the database itself."""
        measure, file = self.a_measure(), self.a_file()
        road = self.chance.randrange(4)
        if road == 0:
            measure.evidence.remove(file)
        elif road == 1:
            measure.evidence.add(file)
        elif road == 2:
            Attachment.objects.filter(pk=file.pk, removed_at=None).update(removed_at=timezone.now())
            self.meddled.add(file.pk)
        else:
            Measure.objects.filter(pk=measure.pk).exclude(done_on=None).update(result="改过的完成情况")

    # ---- what a bystander sees

    def now(self, measure: Measure) -> Judged:
        files = Attachment.objects.filter(measures=measure, removed_at=None)
        replaced = set(files.values_list("replaces_id", flat=True))
        measure.refresh_from_db()
        proofs = Proof.objects.filter(measure=measure, file__in=files.exclude(pk__in=replaced - {None}))
        proving = frozenset(proofs.order_by("pk").values_list("file__sha256", "place"))
        return measure.result, str(measure.done_on), proving

    def once_each(self) -> list[Callable[[], None]]:
        """Return every deed in an order in which most can be done: so that no life is without them."""
        begins = [self.give_verdicts, self.hand_back, self.add, self.remove, self.replace, self.reopen, self.meddle]
        return [*begins, self.add_to_each, self.hand_over, self.hand_over, self.give_verdicts, self.go_on]

    def any_deed(self) -> Callable[[], None]:
        often = [self.give_verdicts, self.go_on]
        if self.scene.case.state in WORKING:
            often = [self.add, self.hand_over, self.remove, self.replace]
        seldom = [self.reopen, self.add, self.remove, self.replace, self.hand_over, self.hand_back, self.meddle]
        return self.chance.choice(often if self.chance.random() < 0.75 else seldom)

    def do(self, deed: Callable[[], None]) -> None:
        """Do something, or meet with a refusal."""
        before = Event.objects.filter(case_id=self.scene.pk).count()
        there = set(Attachment.objects.filter(case_id=self.scene.pk, removed_at=None).values_list("pk", flat=True))
        try:
            deed()
        except DomainError:
            return
        if deed in (self.hand_over, self.hand_back, self.go_on):
            self.handed_over |= there
        changed = Event.objects.filter(case_id=self.scene.pk).count() > before
        self.did[deed.__name__] += changed or deed == self.meddle

    def look(self) -> int:
        """Return how many verdicts of others stand, having looked at each."""
        said = standing(self.scene.case)
        found = [v for (_, by), v in said.items() if by != Judge.UNIT and v.pk in self.at_verdict]
        for verdict in found:
            assert self.at_verdict[verdict.pk] == self.now(Measure.objects.get(pk=verdict.measure_id))
        gone = Attachment.objects.filter(pk__in=self.handed_over - self.meddled).exclude(removed_at=None)
        assert not gone.exists()
        return len(found)


def test_no_verdict_outlives_its_evidence_and_nothing_handed_over_goes_away(made: Scene) -> None:
    did: Counter[str] = Counter()
    for seed in range(3):
        with transaction.atomic():
            did.update(_lived(Life(made, seed)))
            transaction.set_rollback(True)

    deeds = ("hand_over", "taken back", "hand_back", "go_on", "give_verdicts", "add", "reopen", "remove", "replace",
             "meddle", "a verdict stood", "a verdict lapsed")  # fmt: skip

    assert [name for name in deeds if not did[name]] == []


def _lived(life: Life) -> Counter[str]:
    """Live it, looking after every deed; return what was done in it."""
    for deed in [*life.once_each(), *[None] * LENGTH]:
        life.do(deed or life.any_deed())
        life.did["a verdict stood"] += life.look()
    return life.did + Counter({"a verdict lapsed": len(life.at_verdict) - life.look()})

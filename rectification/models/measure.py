"""措施: content, who answers for it, deadline, deliverable, acceptance standard; evidence and verdicts hang on it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from casework.querysets import ContentQuerySet
from rectification.enums import Judge, Verdict
from rectification.querysets import ProofQuerySet, VerdictQuerySet

if TYPE_CHECKING:
    from casework.models import Attachment


class Measure(models.Model):
    """One measure of a rectification plan."""

    case = models.ForeignKey("casework.Case", models.PROTECT, related_name="measures", verbose_name="整改")
    n = models.PositiveSmallIntegerField("序号")
    content = models.TextField("措施", max_length=1_000)
    owner = models.CharField("责任人", max_length=60)
    due_on = models.DateField("完成时限")
    deliverable = models.CharField("成果", max_length=200)
    standard = models.CharField("验收标准", max_length=200, blank=True)
    is_required = models.BooleanField("规定措施", default=False)
    demand = models.ForeignKey(
        "rectification.Demand", models.PROTECT, null=True, blank=True, related_name="measures", verbose_name="规定措施"
    )  # of a programme, which it answers
    done_on = models.DateField("完成日期", null=True, blank=True)
    result = models.TextField("完成情况", blank=True, max_length=2_000)
    evidence = models.ManyToManyField(
        "casework.Attachment", through="Proof", blank=True, related_name="measures", verbose_name="佐证"
    )

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "整改措施"
        ordering = ("case_id", "n")
        constraints = (
            models.UniqueConstraint(
                fields=("case", "n"), name="measure_number_once", violation_error_message="措施序号重复"
            ),
            models.CheckConstraint(
                condition=Q(done_on=None) | ~Q(result=""),
                name="measure_done_has_result",
                violation_error_message="完成的措施须写明完成情况",
            ),
        )

    def __str__(self) -> str:
        return f"{self.n}. {self.content}"

    def standing_proofs(self) -> list[Proof]:
        """Return what proves it, oldest file first: what was taken out proves nothing, of versions the newest does."""
        proofs = [one for one in self.proofs.all() if one.file.removed_at is None]
        replaced = {one.file.replaces_id for one in proofs}
        return sorted((one for one in proofs if one.file_id not in replaced), key=lambda one: one.file_id)

    def standing_evidence(self) -> list[Attachment]:
        """Return the files of these proofs."""
        return [one.file for one in self.standing_proofs()]

    def as_judged(self) -> str:
        """Return in 64 hex digits what a judge has before his eyes: the measure, what was done, and the evidence."""
        proofs = self.standing_proofs()
        said: list[Any] = [self.content, self.deliverable, self.result, str(self.done_on)]
        said.append(sorted(one.file.sha256 for one in proofs))
        if self.standard:  # what is judged from before these were asked for keeps its verdicts
            said.append(self.standard)
        if places := sorted([one.file.sha256, one.place] for one in proofs if one.place):
            said.append(places)
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


class Proof(models.Model):
    """佐证: a file that proves a measure, and by which page or paragraph."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="proofs", verbose_name="措施")
    file = models.ForeignKey(
        "casework.Attachment", models.CASCADE, db_column="attachment_id", related_name="proofs", verbose_name="材料"
    )
    place = models.CharField("证明所在", max_length=60, blank=True)

    objects = ProofQuerySet.as_manager()

    class Meta:
        db_table = "rectification_measure_evidence"  # from before it said where
        verbose_name = verbose_name_plural = "佐证"
        ordering = ("measure_id", "pk")
        unique_together = (("measure", "file"),)

    def __str__(self) -> str:
        return f"{self.file}（{self.place}）" if self.place else str(self.file)


class EvidenceVerdict(models.Model):
    """A judge's word on a measure; the newest of each judge holds, the older ones stay.

    `judged` is the measure `as_judged` when it was given: a word on other evidence holds no more. 部分到位 says what is
    lacking and by when it is to be supplied (`supply_by`): once the case is sent back, that day is the unit's clock.
    """

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="verdicts", verbose_name="措施")
    judge = models.CharField("认定方", max_length=12, choices=Judge.choices)
    verdict = models.CharField("认定", max_length=10, choices=Verdict.choices)
    reason = models.CharField("说明", max_length=300, blank=True)
    lacking = models.CharField("还差什么", max_length=300, blank=True)
    supply_by = models.DateField("补齐期限", null=True, blank=True)
    post = models.ForeignKey("organizations.Post", models.PROTECT, related_name="+", verbose_name="认定人")
    day = models.DateField("认定日期")
    judged = models.CharField("所认定的材料", max_length=64)

    objects = VerdictQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "佐证认定"
        ordering = ("measure_id", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(verdict=Verdict.DONE) | ~Q(reason=""),
                name="verdict_short_of_done_has_reason",
                violation_error_message="部分到位、不到位须写明说明",
            ),
            models.CheckConstraint(
                condition=Q(lacking="", supply_by=None)
                | (Q(verdict=Verdict.PARTLY, supply_by__isnull=False) & ~Q(lacking="")),
                name="verdict_lacking_with_its_day",
                violation_error_message="还差什么和补齐期限须同时写，只用于部分到位",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_judge_display()}：{self.get_verdict_display()}"

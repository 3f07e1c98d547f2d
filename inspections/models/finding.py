"""问题: what was found. Unit, topic, severity and campaign stand on the card; what was written stands here."""

from __future__ import annotations

from datetime import date

from django.db import models

from casework.querysets import ContentQuerySet
from inspections.enums import Method, RectifyType, Source


class Finding(models.Model):
    """A problem finding.

    The card's unit is the lead unit; `assisting` are the others; the statement is locked once it is fed back.
    """

    case = models.OneToOneField(
        "casework.Case", models.PROTECT, primary_key=True, related_name="finding", verbose_name="办理卡片"
    )
    team = models.ForeignKey(
        "inspections.Team", models.PROTECT, null=True, blank=True, related_name="findings", verbose_name="督察组"
    )
    statement = models.TextField("问题表述", max_length=4_000)
    source = models.CharField("问题来源", max_length=20, choices=Source.choices, default=Source.ON_SITE)
    method = models.CharField("发现方式", max_length=2, choices=Method.choices)
    discovered_on = models.DateField("发现日期")
    happened_on = models.DateField("事实发生日期", null=True, blank=True)  # by it is judged which law was in force
    is_common = models.BooleanField("共性问题", default=False)
    assisting = models.ManyToManyField("organizations.Unit", blank=True, related_name="+", verbose_name="配合单位")
    supervisor = models.ForeignKey(
        "organizations.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="行业主管部门"
    )
    rectify_type = models.CharField("整改类型", max_length=2, choices=RectifyType.choices, default=RectifyType.TERM)
    rectify_by = models.DateField("整改时限")
    required_measures = models.TextField(
        "规定措施", blank=True
    )  # 市级整改方案: one a line, copied to each unit that claims it

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "问题"
        ordering = ("-pk",)
        # the list begins with what was found last: the database walks this index until its page is full
        indexes = (models.Index(fields=("discovered_on", "case"), name="finding_day"),)

    def __str__(self) -> str:
        return str(self.case)

    @property
    def fact_on(self) -> date:
        """The day by which it is judged what was in force: of the fact, or of its discovery where that is not known."""
        return self.happened_on or self.discovered_on

    def get_absolute_url(self) -> str:
        return self.case.get_absolute_url()

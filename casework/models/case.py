"""The card that every kind of case extends one-to-one. Only `casework.workflow.engine` writes its state."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Index, Q

from casework.enums import Secrecy, Severity
from casework.kinds import spec_of
from casework.querysets import CaseQuerySet
from organizations.enums import Role

# What the figures read; with these in the index a count does not touch the table (docs/data.md A).
WIDE = ("severity", "is_lead", "state", "closed_on", "opened_on", "due_on", "original_due_on")


def plain_key(to: str, **options: Any) -> models.ForeignKey[Any, Any]:
    """Return a foreign key without the one-column index Django would add: the indexes below are chosen."""
    return models.ForeignKey(to, models.PROTECT, db_index=False, related_name="+", **options)


class Case(models.Model):
    """One case of any kind. `unit` and `within` never change: 改派 ends a card and opens another (docs/data.md A).

    `since` is the effective day of the last change of state or `due_on`; `last_seq` counts its events and is what a
    form shows it has seen. `due_on` is the approved deadline of the whole, `step_due_on` that of the step at hand.
    """

    kind = models.CharField("类型", max_length=16)  # which one: casework.kinds
    counted = models.BooleanField(
        "计入统计", default=False
    )  # the kind the figures count; a bare boolean: see the partial indexes
    number = models.CharField("编号", max_length=40, null=True, blank=True)
    title = models.CharField("标题", max_length=120)
    unit = plain_key("organizations.Unit", verbose_name="责任单位")
    unit_name = models.CharField("当时名称", max_length=30)
    within = plain_key("self", null=True, blank=True, verbose_name="督察批次")
    topic = plain_key("casework.Topic", null=True, blank=True, verbose_name="问题类别")
    severity = models.PositiveSmallIntegerField("性质", choices=Severity.choices, default=Severity.ORDINARY)
    is_lead = models.BooleanField("牵头", default=True)
    subkind = models.CharField(
        "细类", max_length=8, blank=True, default=""
    )  # what sort of its kind: 整改类型 of a rectification
    state = models.CharField("状态", max_length=16)
    is_open = models.BooleanField("未办结", default=True)
    since = models.DateField("本状态自")
    opened_on = models.DateField("登记日期")
    closed_on = models.DateField("办结日期", null=True, blank=True)
    due_on = models.DateField("批准时限", null=True, blank=True)
    original_due_on = models.DateField("原时限", null=True, blank=True)
    holder_unit = plain_key("organizations.Unit", null=True, blank=True, verbose_name="在谁手上")
    holder_role = models.CharField("持有角色", max_length=20, choices=Role.choices, blank=True)
    holder_since = models.DateField("到手日期", null=True, blank=True)
    step_due_on = models.DateField("本步期限", null=True, blank=True)
    secrecy = models.PositiveSmallIntegerField("可见范围", choices=Secrecy.choices, default=Secrecy.OPEN)
    last_seq = models.PositiveIntegerField("经过条数", default=0)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办理卡片"
        ordering = ("-pk",)
        indexes = (  # conditions are bare booleans: SQLite cannot match a parameter to a partial index (docs/data.md A)
            Index("holder_unit", "holder_role", "step_due_on", name="case_queue", condition=Q(is_open=True)),
            # what waits for others, longest first, counted without looking into the table
            Index("holder_since", "id", "secrecy", "holder_unit", "holder_role",
                  name="case_waiting", condition=Q(is_open=True)),
            Index("unit", "due_on", name="case_unit_due", condition=Q(is_open=True)),
            Index("within", "due_on", name="case_within_due", condition=Q(is_open=True)),
            Index("due_on", name="case_due", condition=Q(is_open=True)),
            Index("kind", "id", name="case_kind_new"),
            # how many in each state, led or assisting, of all that the office may see
            Index("kind", "state", "is_lead", "secrecy", name="case_kind_state"),
            # what is open first, by deadline
            models.Index(fields=("kind", "-is_open", "due_on", "id"), name="case_ledger"),
            Index("unit", "kind", "id", name="case_unit_new"),
            Index("within", "kind", "id", name="case_within_new"),
            Index("unit", "within", "topic", "is_open", *WIDE, name="case_f_unit", condition=Q(counted=True)),
            Index("within", "unit", "topic", "is_open", *WIDE, name="case_f_within", condition=Q(counted=True)),
            Index("topic", "unit", "is_open", *WIDE, name="case_f_topic", condition=Q(counted=True)),
            Index("unit", "within", "topic", *WIDE, "since",
                  name="case_f_open", condition=Q(counted=True, is_open=True)),
            Index("within", "state", "due_on", "since", "topic",
                  name="case_f_open_within", condition=Q(counted=True, is_open=True)),
            Index("closed_on", "unit", "within", "topic", "severity", "is_lead", "state", "opened_on", "due_on",
                  "original_due_on", name="case_f_done", condition=Q(counted=True, is_open=False)),
            Index("opened_on", "unit", "is_open", "severity", "is_lead", "state", "closed_on", "due_on",
                  "original_due_on", name="case_f_opened", condition=Q(counted=True)),
        )  # fmt: skip
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "number"), name="case_number_once", violation_error_message="编号已被使用"
            ),
            models.CheckConstraint(
                condition=Q(is_open=True, closed_on=None) | Q(is_open=False, closed_on__isnull=False),
                name="case_open_xor_closed",
                violation_error_message="已办结的须有办结日期，未办结的不得有",
            ),
            models.CheckConstraint(
                condition=Q(is_open=True) | Q(holder_unit=None, holder_role="", holder_since=None, step_due_on=None),
                name="case_closed_has_no_holder",
                violation_error_message="已办结的不在任何人手上，也没有到手日期和本步期限",
            ),
            models.CheckConstraint(
                condition=Q(holder_unit=None) | (~Q(holder_role="") & Q(holder_since__isnull=False)),
                name="case_holder_whole",
                violation_error_message="在谁手上须写明单位、角色和到手日期",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")),
                name="case_closed_after_opened",
                violation_error_message="办结日期不能早于登记日期",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number or ''} {self.title}".strip()

    def get_absolute_url(self) -> str:
        return spec_of(self.kind).url_of(self)

    @property
    def content(self) -> Any:
        """The row of the kind's own table, or None where the card is all there is."""
        return getattr(self, self.kind, None)

    def get_kind_display(self) -> str:
        """Return the word of the kind."""
        return spec_of(self.kind).label

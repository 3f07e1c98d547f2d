"""附件: the row of a stored file.

The bytes lie outside the web root under their hash; a withdrawn file stays on record, and one that was handed over is
only replaced by a new version (docs/decisions/0026-evidence-stays-what-was-judged.md).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from casework.enums import MaterialKind
from casework.querysets import AttachmentQuerySet


class Attachment(models.Model):
    """A file of a case, content-addressed by SHA-256."""

    case = models.ForeignKey("casework.Case", models.PROTECT, related_name="attachments", verbose_name="办理卡片")
    kind = models.CharField("材料类型", max_length=12, choices=MaterialKind.choices, default=MaterialKind.OTHER)
    name = models.CharField("文件名", max_length=120)
    size = models.PositiveBigIntegerField("大小")
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    content_type = models.CharField("格式", max_length=100)
    formed_on = models.DateField("形成日期", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    uploaded_by = models.ForeignKey(
        "organizations.Post", models.PROTECT, db_index=False, related_name="+", null=True, verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间")
    is_searched = models.BooleanField("已查毒", default=False)
    removed_at = models.DateTimeField("撤下时间", null=True, blank=True)
    wiped_at = models.DateTimeField("内容清除时间", null=True, blank=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="versions", verbose_name="替换的旧版"
    )

    points_at = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="pointed_from", verbose_name="引用的材料"
    )  # filed in another case of the unit: the same bytes, and nothing of what was judged there moves with this row

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ("case_id", "pk")
        indexes = (models.Index("uploaded_at", name="attachment_uploaded_at"),)  # what came today, for the quotas
        constraints = (
            models.UniqueConstraint(
                fields=["replaces"],
                condition=Q(removed_at=None),
                name="attachment_replaced_once",
                violation_error_message="这个文件已经换过新版本",
            ),
            models.CheckConstraint(
                condition=Q(wiped_at=None) | Q(removed_at__isnull=False),
                name="attachment_wiped_was_removed",
                violation_error_message="没有撤下的文件不能清除内容",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("attachment", args=[self.pk])

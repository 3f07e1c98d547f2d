"""A checked sheet that waits for the person who uploaded it to confirm it."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from organizations.enums import ImportKind
from organizations.querysets import StagedImportQuerySet


class StagedImport(models.Model):
    """The accepted rows of a sheet, kept between preview and confirmation; deleted by either. The file itself is not
    kept.

    `rows`: cleaned cells by column name, dates as text, `_row` the number in the sheet. `fates`: what became of each
    row when it was tried. `notes`: what somebody should look at (`ui.sheets.CellProblem`), and headings not read.
    """

    user = models.ForeignKey("organizations.User", models.CASCADE, related_name="+", verbose_name="上传人")
    kind = models.CharField("内容", max_length=10, choices=ImportKind.choices)
    file_name = models.CharField("文件名", max_length=120)
    rows = models.JSONField("各行", encoder=DjangoJSONEncoder)
    fates = models.JSONField("试办结果", default=list)
    notes = models.JSONField("读表时注意到的", default=list)
    at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = StagedImportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "待确认的导入"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.file_name}"

"""What word search and similar findings read: the text of a case, made plain, and its bigrams (docs/data.md C)."""

from __future__ import annotations

from django.db import models

from organizations.querysets import MachineryQuerySet


class Words(models.Model):
    """The words of one case.

    `text`: number on the first line, then title and statement, half-width and lower case; `tokens`: see
    casework.search.index.

    The index over `tokens` (FTS5 on SQLite, GIN on PostgreSQL) is put up by `casework.search.token_index` after every
    migrate.
    """

    case = models.OneToOneField(
        "casework.Case", models.PROTECT, primary_key=True, related_name="words", verbose_name="办理卡片"
    )
    tokens = models.TextField("词对")
    text = models.TextField("文字")

    objects = MachineryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "检索文字"
        ordering = ("case_id",)

    def __str__(self) -> str:
        return self.text[:40]


class Bigram(models.Model):
    """In how many texts a token stands, counted at night.

    It only chooses which tokens to ask first, so it may be a day old.

    "" is the number of texts. A row with `n` 0 belongs to a count under way alone.
    """

    token = models.CharField("词对", max_length=60, primary_key=True)
    n = models.PositiveIntegerField("篇数", default=0)
    n_so_far = models.PositiveIntegerField(
        "正在清点", default=0
    )  # of the count under way; see casework/search/bigram_counts.py

    objects = MachineryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "词对频次"
        ordering = ("token",)

    def __str__(self) -> str:
        return f"{self.token} {self.n}"

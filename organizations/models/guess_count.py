"""How many wrong passwords came: for whom, from where, in all (organizations/services/guesses.py)."""

from __future__ import annotations

from django.db import models

from organizations.enums import GuessScope
from organizations.querysets import MachineryQuerySet


class GuessCount(models.Model):
    """One counter. `level` rises by one a wrong password, from `at` on it sinks by itself."""

    scope = models.CharField("范围", max_length=8, choices=GuessScope.choices)
    account = models.CharField("输入的账号", max_length=64, blank=True)
    place = models.CharField("地址或浏览器", max_length=64, blank=True)
    level = models.FloatField("输错次数", default=0)
    at = models.DateTimeField("最近一次", db_index=True)

    objects = MachineryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "试口令计数"
        ordering = ("-at", "-pk")
        constraints = (models.UniqueConstraint("account", "place", "scope", name="guess_counter"),)

    def __str__(self) -> str:
        return f"{self.get_scope_display()} {self.account} {self.place}".strip()

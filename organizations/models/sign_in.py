"""A sign-in: Django's session with the columns that tell its owner of it, and whether it was ended."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from organizations.enums import SignInEnd
from organizations.querysets import MachineryQuerySet


class SignIn(AbstractBaseSession):
    """One browser signed in. `ended` is a column of its own: what a request that began before writes back of its
    session does not take the end away (organizations/sessions.py).
    """

    user = models.ForeignKey(
        "organizations.User", models.CASCADE, null=True, related_name="sign_ins", verbose_name="人员"
    )
    began_at = models.DateTimeField("登录时间", null=True)
    active_at = models.DateTimeField("最近操作", null=True)
    address = models.CharField("来自", max_length=45, blank=True)
    agent = models.CharField("浏览器", max_length=255, blank=True)
    ended = models.CharField("已结束", max_length=10, choices=SignInEnd.choices, blank=True)

    objects = MachineryQuerySet.as_manager()  # type: ignore[misc,assignment]  # theirs saves sessions, ours is asked

    class Meta:
        verbose_name = verbose_name_plural = "登录"
        ordering = ("-active_at", "session_key")
        indexes = (models.Index(fields=("user", "ended"), name="sign_in_user"),)

    @classmethod
    def get_session_store_class(cls) -> Any:
        return import_module(settings.SESSION_ENGINE).SessionStore

    def __str__(self) -> str:
        return f"{self.user_id} {self.began_at}"

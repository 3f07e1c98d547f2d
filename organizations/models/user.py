"""An account belongs to one person. Rights do not hang on it but on the posts the person holds."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

from organizations.models.names import PersonKeyField, SoughtField
from organizations.querysets import MachineryQuerySet, UserQuerySet


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]  # a class made at start
    """Create accounts with a first password that must be changed."""

    def create_user(self, username: str, name: str, password: str | None = None, **fields: Any) -> User:
        user: User = self.model(username=self.model.normalize_username(username), name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, name: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(username, name, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person's account. `home_unit` is where the person is employed; it decides recusal (docs/domain/compliance.md
    6.1, docs/domain/process.md 2.4).
    """

    username = models.CharField("账号", max_length=30, unique=True, error_messages={"unique": "该账号已被使用"})
    name = models.CharField("姓名", max_length=30)
    sought = SoughtField("查找用的姓名", of=("name", "username"))
    name_key = PersonKeyField("姓名排序", of=("name",))
    home_unit = models.ForeignKey(
        "organizations.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="人事关系所在单位"
    )
    mail = models.EmailField("邮箱", blank=True)
    is_active = models.BooleanField("启用", default=True)
    is_staff = models.BooleanField("可进后台", default=False)
    must_change_password = models.BooleanField("须改初始口令", default=True)
    password_set_on = models.DateField("口令设定日期", null=True, blank=True)
    warning = models.CharField(
        "须本人知道", max_length=300, blank=True
    )  # stands on every page until the person has said that he read it
    large_type = models.BooleanField("大字号", default=False)
    last_post = models.ForeignKey(
        "organizations.Post", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="最近使用的岗位"
    )
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        ordering = ("username",)

    def __str__(self) -> str:
        return self.name

    @property
    def retired(self) -> str:
        """What a choice adds to a person whose account is closed."""
        return "" if self.is_active else "已离任"

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class PastPassword(models.Model):
    """A hash the person has used: the last five may not return (docs/domain/compliance.md 6.1)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="past_passwords", verbose_name="人员")
    password = models.CharField("口令摘要", max_length=128)
    set_at = models.DateTimeField("设置时间", auto_now_add=True)

    objects = MachineryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "历史口令"
        ordering = ("-set_at", "-pk")

    def __str__(self) -> str:
        return f"{self.user_id} {self.set_at}"

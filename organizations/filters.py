"""Filters and word searches of the organisation's lists."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from axes.models import AccessFailureLog, AccessLog
from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from organizations.enums import AccountAct, ResetState, Role, Taking, UnitCategory
from organizations.models import AccessEntry, AccountEvent, PasswordReset, Post, Unit, User
from ui.search import sought, words_in

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class UnitFilter(django_filters.FilterSet):
    category = django_filters.ChoiceFilter(label="类别", choices=UnitCategory.choices, empty_label="全部")
    living = django_filters.ChoiceFilter(
        label="存续", choices=[("yes", "存续"), ("no", "已撤并")], empty_label="全部", method="by_living"
    )

    class Meta:
        model = Unit
        fields = ("category",)

    def by_living(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(abolished_on__isnull=value == "yes")


class UserFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label="账号状态",
        choices=[("on", "启用"), ("off", "停用"), ("first", "首次口令未改")],
        empty_label="全部",
        method="by_state",
    )

    class Meta:
        model = User
        fields = ()

    def by_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(must_change_password=True) if value == "first" else rows.filter(is_active=value == "on")


class PostFilter(django_filters.FilterSet):
    role = django_filters.ChoiceFilter(label="角色", choices=Role.choices, empty_label="全部")
    on = django_filters.DateFilter(label="在任于", widget=DAY, method="by_day")

    class Meta:
        model = Post
        fields = ("role",)

    def by_day(self, rows: Any, name: str, value: date) -> QuerySet:
        return rows.in_force(value)


FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)  # a clock far away from them cannot be computed


class _Span(django_filters.FilterSet):
    """From a day to a day, both included, on a moment."""

    moment = "at"
    since = django_filters.DateFilter(label="自", widget=DAY, method="by_since")
    until = django_filters.DateFilter(label="至", widget=DAY, method="by_until")

    def by_since(self, rows: QuerySet, name: str, value: date) -> QuerySet:
        return rows.filter(**{f"{self.moment}__gte": _midnight(max(value, FIRST))})

    def by_until(self, rows: QuerySet, name: str, value: date) -> QuerySet:
        return rows.filter(**{f"{self.moment}__lt": _midnight(min(value, LAST) + timedelta(1))})


class AccountEventFilter(_Span):
    what = django_filters.ChoiceFilter(label="事项", choices=AccountAct.choices, empty_label="全部")

    class Meta:
        model = AccountEvent
        fields = ("what",)


class TakingFilter(_Span):
    what = django_filters.ChoiceFilter(label="事项", choices=Taking.choices, empty_label="全部")

    class Meta:
        model = AccessEntry
        fields = ("what",)


class ResetFilter(_Span):
    moment = "asked_at"
    stage = django_filters.ChoiceFilter(label="状态", choices=ResetState.choices, empty_label="全部")

    class Meta:
        model = PasswordReset
        fields = ("stage",)


class SignInFilter(_Span):
    moment = "attempt_time"

    class Meta:
        model = AccessLog
        fields = ()


class FailureFilter(_Span):
    moment = "attempt_time"

    class Meta:
        model = AccessFailureLog
        fields = ()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


# What the words typed above each list are looked for in: every word must fit one of them.
find_units = words_in("code__istartswith", sought())
find_users = words_in(sought(), "username__icontains")
find_posts = words_in(sought("user__"), sought("unit__"), "unit__code__istartswith", "title__icontains")
find_events = words_in(
    sought("user__"), "user__username__icontains", sought("unit__"), "detail__icontains", sought("post__user__")
)
find_takings = words_in(sought("user__"), "user__username__icontains", "about__icontains", "address__istartswith")
find_resets = words_in(sought("user__"), "user__username__icontains", "reason__icontains")
find_sign_ins = words_in("username__icontains", "ip_address__icontains")

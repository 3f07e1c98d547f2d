"""Input of the organisation's pages → clean data. Forms do not decide; the services do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils import timezone

from organizations.actor import Actor
from organizations.enums import ADMINISTRATORS, BUSINESS, Role, UnitCategory
from organizations.models import Unit, User
from organizations.passwords import has_lapsed
from organizations.services import devices, guesses, lockout_terms
from organizations.services.guesses import Guess
from organizations.typed_values import read_code, read_username
from ui.columns import Column
from ui.errors import DomainError
from ui.forms import Boxes, Choice, Choices, DayField, OneFileField, TextField
from ui.sheets import read_sheet
from ui.texts import one_line


class LineField(TextField):
    """One line of text: what was pasted over several lines becomes one."""

    def clean(self, value: Any) -> str:
        return super().clean(one_line(str(value or "")))


def with_code(unit: Unit) -> str:
    return f"{unit.short_name}（{unit.code}）"


class UnitField(Choice):
    """A living unit, by code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Unit.objects.filter(abolished_on=None).order_by("place"), words=with_code, **options)


class SignInForm(AuthenticationForm):
    """User name and password; who tries too often waits (organizations.services.guesses)."""

    error_messages = {
        "invalid_login": "账号或口令不对。大写锁定是否开着？连续输错 {failures} 次，再试就要等。",
        "inactive": "账号或口令不对。",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label, self.fields["password"].label = "账号", "口令"
        self.fields["username"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        self.label_suffix = ""

    def clean(self) -> dict[str, Any]:
        username = self.cleaned_data.get("username")
        if self.request is None or not username or not self.cleaned_data.get("password"):
            return super().clean()
        guess = devices.guess_from(self.request, username)
        guesses.charge(guess)
        given = super().clean()
        guesses.forgive(guess)
        return given

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if has_lapsed(user, timezone.localdate()):
            raise ValidationError(
                f"首次口令已过 {settings.FIRST_PASSWORD_DAYS} 天，不能再用。请系统管理员另给一个", code="lapsed"
            )

    def get_invalid_login_error(self) -> ValidationError:
        return ValidationError(self.error_messages["invalid_login"].format(**lockout_terms()), code="invalid_login")


class PasswordForm(forms.Form):
    """The present password and the new one twice, held against organizations.passwords.

    Whoever guesses at the present one, with a session he found open, waits as at the sign-in.
    """

    old = forms.CharField(
        label="现在的口令", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new = forms.CharField(
        label="新口令", strip=False, max_length=128, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    again = forms.CharField(
        label="再输一遍新口令",
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, guess: Guess, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.guess = user, guess
        self.fields["new"].help_text = "，".join(
            text.rstrip("。") for text in password_validation.password_validators_help_texts()
        )

    def clean_old(self) -> str:
        guesses.charge(self.guess)
        if not self.user.check_password(self.cleaned_data["old"]):
            raise ValidationError("现在的口令不对")
        guesses.forgive(self.guess)
        return str(self.cleaned_data["old"])

    def clean_new(self) -> str:
        password_validation.validate_password(self.cleaned_data["new"], self.user)
        return str(self.cleaned_data["new"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("new") and given.get("again") and given["new"] != given["again"]:
            self.add_error("again", "两遍输入不一样")
        return given


class AskResetForm(forms.Form):
    """Why somebody needs a new password."""

    reason = LineField(label="事由", max_length=200, help_text="例如 本人来电，忘了口令；怎样核实是本人")


class DecideResetForm(forms.Form):
    """What becomes of a reset that was asked for."""

    verdict = forms.ChoiceField(
        label="结果", choices=[("yes", "批准"), ("no", "不批准")], widget=forms.RadioSelect, initial=None
    )


def key_answer() -> forms.CharField:
    """What a security key answered: put there by keys.js, never typed."""
    return forms.CharField(
        required=False, max_length=20_000, widget=forms.HiddenInput(attrs={"data-qy-key-answer": True})
    )


class TokenForm(forms.Form):
    """Six figures from the token, one of the recovery codes, or the answer of a security key."""

    code = forms.RegexField(
        r"^\s*(?:\d{3}\s?\d{3}|[A-Za-z2-7]{8})\s*$",
        label="动态口令或恢复码",
        required=False,
        error_messages={"invalid": "输入应用上现在显示的 6 位数字，或者一个 8 位的恢复码"},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "maxlength": 10}),
    )
    answer = key_answer()

    def clean_code(self) -> str:
        return re.sub(r"\s", "", self.cleaned_data["code"]).lower()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("code") and not given.get("answer") and not self.errors:
            self.add_error("code", "没有填：输入 6 位数字，或者一个 8 位的恢复码")
        return given


class KeyForm(forms.Form):
    """A new security key by its name."""

    name = LineField(label="名称", max_length=30, initial="安全密钥", help_text="好认就行，例如 蓝色密钥、办公室电脑")
    answer = key_answer()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("answer") and not self.errors:
            raise ValidationError("没有读到安全密钥。浏览器要支持 WebAuthn，并且没有禁用脚本")
        return given


def mail_field() -> forms.EmailField:
    return forms.EmailField(
        label="邮箱",
        required=False,
        max_length=254,
        help_text="用于通知口令重置等账号变动，空着不寄",
        error_messages={"invalid": "不是邮箱地址，例如 wangyan@qingyang.gov.cn"},
    )


class AccountForm(forms.Form):
    """A new account."""

    username = LineField(label="账号", max_length=30, help_text="3 至 30 位小写字母、数字，建好后不再改")
    name = LineField(label="姓名", max_length=30)
    home_unit = UnitField(label="人事关系所在单位", required=False, help_text="用于回避：不督察自己的单位")
    mail = mail_field()

    def clean_username(self) -> str:
        try:
            return read_username(self.cleaned_data["username"])
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from wrong


class AmendAccountForm(forms.Form):
    """What may change on an account."""

    name = LineField(label="姓名", max_length=30)
    home_unit = UnitField(label="人事关系所在单位", required=False)
    mail = mail_field()


class OwnMailForm(forms.Form):
    """Where one's own mail goes."""

    mail = mail_field()


class PostForm(forms.Form):
    """A post for a person."""

    unit = UnitField(label="单位")
    role = forms.ChoiceField(
        label="角色",
        choices=[
            ("", "请选择"),
            ("业务岗位", [(r.value, r.label) for r in Role if r in BUSINESS]),
            ("管理岗位", [(r.value, r.label) for r in Role if r in ADMINISTRATORS]),
        ],
    )
    title = LineField(label="职务", max_length=30, required=False, help_text="例如 法规科科长；空着就显示角色")
    from_on = DayField(label="任职自", initial=timezone.localdate)
    to_on = DayField(label="任职至", required=False, help_text="最后一天；还不知道的空着")

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class EndPostForm(forms.Form):
    """The last day of a post."""

    to_on = DayField(
        label="任职至", initial=timezone.localdate, help_text="最后一天，当天仍可办理；次日起看不到这个岗位的件"
    )


class ReplaceForm(forms.Form):
    """Who takes a post over, and from when."""

    user = Choice(
        User.objects.filter(is_active=True).order_by("name_key", "username"),
        label="接任人",
        words=lambda user: f"{user.name}（{user.username}）",
    )
    from_on = DayField(label="接任自", initial=timezone.localdate, help_text="前一天为原任人员的最后一天")
    title = LineField(label="职务", max_length=30, required=False, help_text="空着沿用原职务")


class UnitForm(forms.ModelForm):
    """What a unit is. The name has its own form, because the old one must be kept."""

    class Meta:
        model = Unit
        fields = (
            "code",
            "category",
            "parent",
            "is_inspected",
            "has_enforcement_power",
            "is_industry_supervisor",
            "is_coordination_member",
            "is_consulted",
            "opened_on",
            "note",
        )
        field_classes = {"opened_on": DayField, "note": LineField}

    parent = UnitField(label="上级单位", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category: Any = self.fields["category"]
        category.choices = [
            ("", "请选择"),
            *((c.value, c.label) for c in UnitCategory if c != UnitCategory.TEAM),
        ]

    def clean_code(self) -> str:
        try:
            return read_code(self.cleaned_data["code"])
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from wrong

    def save(self, commit: bool = True) -> Any:
        raise NotImplementedError("units are written by organizations.services")


class NewUnitForm(UnitForm):
    """A new unit with its name."""

    name = LineField(label="全称", max_length=60, help_text="与印章一致")
    short_name = LineField(label="简称", max_length=30, help_text="例如 环县、市司法局")
    field_order = ("code", "name", "short_name", "category")


class RenameForm(forms.Form):
    """A new name from a day on."""

    name = LineField(label="新全称", max_length=60)
    short_name = LineField(label="新简称", max_length=30)
    on = DayField(
        label="更名日期", initial=timezone.localdate, help_text="从这一天起用新名称；此前的问题、文书仍显示当时的名称"
    )
    basis = LineField(label="更名依据", max_length=200, required=False, help_text="例如 庆机编发〔2026〕3号")


class MergeForm(forms.Form):
    """Which units end, and who carries on for them."""

    sources = Choices(
        Unit.objects.filter(abolished_on=None).order_by("place"),
        label="被合并的单位",
        widget=Boxes,
        words=with_code,
    )
    on = DayField(
        label="合并日期", initial=timezone.localdate, help_text="从这一天起由本单位承接；被合并单位的岗位到前一天为止"
    )

    def __init__(self, into: Unit, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources: Any = self.fields["sources"]
        sources.queryset = sources.queryset.exclude(pk=into.pk).exclude(category=UnitCategory.TEAM)


class AbolishForm(forms.Form):
    """The first day a unit is no more."""

    on = DayField(
        label="撤销日期",
        initial=timezone.localdate,
        help_text="从这一天起不再存续；岗位到前一天为止，已办结的件和历史都保留",
    )


class SheetForm(forms.Form):
    """A sheet to be checked; it is read when the form is cleaned, before a transaction begins."""

    file = OneFileField(
        label="表格文件",
        help_text="xlsx、xls 或 csv，不超过 10 MB；先核对，确认后才导入",
        max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={"empty": "这是空文件，没有收下。请检查后重新选择。"},
    )

    def __init__(self, columns: Sequence[Column], actor: Actor, *args: Any) -> None:
        super().__init__(*args)
        self.columns, self.actor = columns, actor

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if file := given.get("file"):
            try:
                given["read"] = read_sheet(file, file.name, self.columns, self.actor)
            except DomainError as refused:
                self.add_error("file", refused.message)
        return given

"""条文库: files are read in the child process, what was read is confirmed, days are corrected."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import Any, NamedTuple

from django import forms
from django.conf import settings

from inspections.models import Basis, LawVersion, StagedLaw
from inspections.services import law_library
from inspections.services.law_search import STATE
from ui.errors import DomainError
from ui.forms import Boxes, Choice, Choices, ComboSelect, DayField, FilesField, TextField
from ui.hostile import asking

READER = "inspections.law_texts.reader"
KINDS = ("docx", "txt", "md")
MOST_FILES, MOST_BYTES, MOST_SAID = 30, 20 * 1024 * 1024, 64 * 1024 * 1024
FIRST_YEAR = 1949


class Text(NamedTuple):
    """A law as it was read from a file."""

    file_name: str
    digest: str
    read: dict[str, Any]


def read_law(file: Any) -> Text:
    """Have a file read and split.

    Raises:
        DomainError: it is none of the kinds, too large, damaged, or was not read within the limits.
    """
    name = str(file.name)
    if PurePath(name).suffix.lower().removeprefix(".") not in KINDS:
        raise DomainError(f"“{name}”不是 {'、'.join(KINDS)} 文件，没有收下。旧版 doc、扫描件请另存为 docx 或 txt。")
    if file.size > MOST_BYTES:
        raise DomainError(f"“{name}”超过 {MOST_BYTES // 1024 // 1024} MB，没有收下。")
    try:
        with asking.answers(
            READER, file, seconds=settings.SHEET_CPU_SECONDS, most_said=MOST_SAID, label=name
        ) as answers:
            found, *_ = answers  # to the end: a child that is not heard out leaves an error in the log
    except asking.BusyError as busy:
        raise DomainError("正在检查的文件较多，没有收下。请过一会儿再提交。") from busy
    except asking.BeyondError as beyond:
        raise DomainError(f"“{name}”在限定的时间和内存内没有读完，没有收下。请另存为 txt 后上传。") from beyond
    if "law" not in found:
        raise DomainError(found.get("unfit") or f"“{name}”读不出来，没有收下。")
    file.seek(0)
    return Text(name, hashlib.file_digest(file, "sha256").hexdigest(), found["law"])


class LawFilesForm(forms.Form):
    """Files of laws; read when the form is cleaned, before anything is written."""

    files: Any = FilesField(
        label="法律、法规、规章文本",
        help_text=f"从国家法律法规数据库下载的 docx，或 txt、md；一次最多 {MOST_FILES} 个，每个不超过 20 MB",
    )

    def clean_files(self) -> list[Text]:
        given = self.cleaned_data["files"]
        if len(given) > MOST_FILES:
            raise forms.ValidationError(f"选了 {len(given)} 个文件，一次最多 {MOST_FILES} 个")
        texts, wrong = [], []
        for file in given:
            try:
                texts.append(read_law(file))
            except DomainError as refused:
                wrong.append(refused.message)
        if wrong:
            raise forms.ValidationError(wrong)
        return texts


class DaysForm(forms.Form):
    """The days of a version."""

    adopted_on = DayField(label="通过或公布日期", first_year=FIRST_YEAR, help_text="本版通过、修订、修正或公布的日期")
    in_force_from = DayField(label="施行日期", first_year=FIRST_YEAR, help_text="本版施行的日期")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("adopted_on") and given.get("in_force_from") and given["in_force_from"] < given["adopted_on"]:
            self.add_error("in_force_from", "不能早于通过或公布日期")
        return given


class ConfirmLawForm(DaysForm):
    """What was read of a law, to be confirmed or corrected by a person."""

    basis: Any = Choice(
        None, label="属于哪一部依据", required=False, empty_label="新增一部依据", widget=ComboSelect,
        help_text="《土地管理法》和《中华人民共和国土地管理法》是同一部；已在字典里的选它，这是它的一个版本",
    )  # fmt: skip
    name = TextField(label="名称", max_length=120, required=False)
    short_name = TextField(label="简称", max_length=40, required=False, help_text="引用时写的名称，如 行政处罚法")
    issued_by = TextField(label="制定机关", max_length=80, required=False)
    repealed_on = DayField(label="这部依据的废止日期", required=False, first_year=FIRST_YEAR, help_text="仍有效的不填")
    repeals: Any = Choices(
        None, label="同时废止", required=False, widget=Boxes, help_text="文本写明同时废止的，自本版施行之日起标为已废止"
    )
    looked = forms.BooleanField(
        label="上面列出的各处我已对照原文看过", error_messages={"required": "请看过上面列出的各处，再勾选"}
    )
    field_order = (
        "basis", "name", "short_name", "issued_by", "adopted_on", "in_force_from", "repealed_on", "repeals", "looked",
    )  # fmt: skip

    def __init__(self, staged: StagedLaw, data: Any = None) -> None:
        read = staged.read
        title, said = read["title"], read["said"]
        named = law_library.documents_named(title)
        initial = {name: said[name] for name in ("adopted_on", "in_force_from", "repealed_on")}
        initial |= {
            "basis": named[0].pk if named else None,
            "name": title,
            "short_name": title.removeprefix(STATE)[:40],
        }
        ended = [one for name in said["repeals"] for one in law_library.documents_named(name) if one not in named]
        initial["repeals"] = [one.pk for one in ended]
        super().__init__(data, initial=initial)
        fields: Any = self.fields
        fields["basis"].queryset = Basis.objects.order_by("code")
        fields["repeals"].queryset = Basis.objects.filter(pk__in=initial["repeals"]).order_by("code")
        if not ended:
            del fields["repeals"]
        if not read["remarks"]:
            del fields["looked"]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not given.get("basis"):
            for name in ("name", "short_name"):
                if not given.get(name):
                    self.add_error(name, "新增的依据要写名称和简称")
        given.pop("looked", None)
        return given


def days_of(version: LawVersion) -> dict[str, Any]:
    return {"adopted_on": version.adopted_on, "in_force_from": version.in_force_from}

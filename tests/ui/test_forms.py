"""What was typed is cleaned of what nobody sees, read as an office writes it, and refused with both numbers."""

from datetime import date

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from ui.form_renderer import Renderer
from ui.forms import ComboSelect, DayField, FilesField, TextField
from ui.texts import clean_text


class Letter(forms.Form):
    text = TextField(label="内容", rows=4, max_length=10)
    day = DayField(label="日期", required=False)


def wrong(**given):
    form = Letter(given)
    form.is_valid()
    return dict(form.errors.items())


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  环县　", "环县"),
        ("一\r\n二", "一\n二"),
        ("坏\x00字\u200b\u202e", "坏字"),
        ("全角，１２３（甲）", "全角，１２３（甲）"),
        ("\ufeff开头", "开头"),
        ("制\t表", "制\t表"),
    ],
)
def test_invisible_characters_go_and_full_width_stays(typed, kept):
    assert clean_text(typed) == kept


def test_too_long_is_said_with_both_numbers_and_nothing_is_cut():
    form = Letter({"text": "长" * 12})

    assert form.errors["text"] == ["现在有 12 个字，超过 10 个字，请删减或者把详细材料作为附件上传"]
    assert form["text"].value() == "长" * 12


def test_what_consists_only_of_invisible_characters_is_empty():
    assert list(wrong(text="\u200b\x00 ")) == ["text"]


def test_exactly_as_long_as_allowed_is_allowed():
    assert wrong(text="长" * 10) == {}


@pytest.mark.parametrize("typed", ["2026-7-6", "2026.7.6", "２０２６年７月６日", "2026/07/06"])
def test_a_day_is_read_in_every_way_an_office_writes_it(typed):
    assert Letter({"text": "x", "day": typed}).is_valid()
    assert DayField().clean(typed) == date(2026, 7, 6)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("昨天", "“昨天”不是日期，写成 2026-07-06 这样的日期"),
        ("2026-02-30", "不是日期"),
        ("1026-07-06", "请填 2000 至 2100 年之间的日期"),
        ("9" * 400, "不是日期"),
    ],
)
def test_what_is_no_day_is_refused_with_an_example(typed, sentence):
    (error,) = wrong(text="x", day=typed)["day"]

    assert sentence in error
    assert len(error) < 60


def test_no_day_where_none_is_needed_is_none():
    assert DayField(required=False).clean("") is None


def test_several_files_come_as_a_list_and_none_where_none_is_needed():
    assert FilesField(required=False).clean([]) == []
    with pytest.raises(forms.ValidationError):
        FilesField().clean([])


class Row:
    def __init__(self) -> None:
        self.sought = " 环县 hx"


class Value(str):
    instance = Row()


def test_a_choice_that_can_be_typed_into_brings_what_its_rows_are_sought_by():
    drawn = str(ComboSelect(choices=[("", "全部"), (Value("3"), "环县")]).render("unit", "3", renderer=Renderer()))

    assert 'data-qy-typed=""' in drawn
    assert '<option value="3" data-qy-sought=" 环县 hx" selected>环县</option>' in drawn


def test_a_file_chosen_twice_is_taken_once_and_named():
    def file(name, content):
        return SimpleUploadedFile(name, content)

    field = FilesField()
    taken = field.clean([file("a.pdf", b"1"), file("b.pdf", b"1"), file("a.pdf", b"2"), file("a.pdf", b"1")])

    assert [(one.name, one.read()) for one in taken] == [("a.pdf", b"1"), ("b.pdf", b"1"), ("a.pdf", b"2")]
    assert field.left_out == ("a.pdf",)

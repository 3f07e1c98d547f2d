"""Pieces draw what they are given and escape it.

The pages of what went wrong say what, to whom, and a number to quote.
"""

import re
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone

from ui import errors
from ui.forms import DayField
from ui.sheets import CellProblem

EVIL = "<script>alert(1)</script>"


def asked():
    request = RequestFactory().get("/")
    request.actor, request.user = None, AnonymousUser()
    return request


def test_a_problem_of_a_sheet_has_its_five_columns():
    text = render_to_string(
        "partials/problems.html",
        {"caption": "错误的单元格", "problems": [CellProblem("J12", "整改时限", "", "没有 13 月", EVIL)]},
    )

    assert re.findall(r'scope="col">([^<]+)<', text) == ["单元格", "列", "表中", "问题", "如何改"]
    assert "（空）" in text
    assert EVIL not in text


def test_a_difference_shows_both_values_and_sends_what_is_ticked():
    change = {
        "key": "7:progress",
        "number": "ZX01-0001",
        "title": "补充耕地",
        "cell": "K4",
        "column": "进度",
        "before": "60%",
        "after": EVIL,
        "note": "序时应为 95%",
    }

    text = render_to_string("partials/diff.html", {"changes": [change, change | {"before": "", "note": ""}]})

    assert "<del>60%</del>" in text
    assert 'name="accept" value="7:progress"' in text
    assert (text.count("（空）"), EVIL in text) == (1, False)


def test_progress_says_how_far_and_how_to_stop():
    text = render_to_string(
        "partials/progress.html",
        {
            "title": "正在生成",
            "done": 61,
            "total": 84,
            "text": "约还需 20 秒",
            "stop_url": "/stop/",
            "stop": "停止，已生成的保留",
            "csrf_token": "x",
        },
    )

    assert '<progress class="w-100" max="84" value="61"' in text
    assert "61/84" in text


@pytest.mark.parametrize("action", ["", "/import/"])
def test_an_empty_page_has_a_button_only_when_there_is_something_to_do(action):
    text = render_to_string("partials/empty.html", {"title": "还没有", "text": "", "url": action, "action": "导入"})

    assert ("btn-primary" in text) is bool(action)


class Letter(forms.Form):
    day = DayField(label="新时限")


def test_the_summary_of_errors_leads_to_each_field():
    form = Letter({"day": EVIL})
    form.is_valid()

    text = render_to_string("partials/form_errors.html", {"form": form})

    assert '<a href="#id_day">新时限</a>' in text
    assert EVIL not in text


def test_a_form_without_errors_has_no_summary():
    assert "qy-note" not in render_to_string("partials/form_errors.html", {"form": Letter({"day": "2026-7-6"})})


@pytest.mark.parametrize(
    ("answer", "status", "sentence"),
    [
        (errors.bad_request, 400, "这个请求读不懂"), (errors.forbidden, 403, "没有办成"),
        (errors.not_found, 404, "没有这一页，或不在您的职责范围内"), (errors.csrf_failure, 403, "这一页打开得太久了"),
        (errors.server_error, 500, "系统出了差错"),
    ],
)  # fmt: skip
def test_what_went_wrong_has_a_page_in_our_words_and_a_number_to_quote(answer, status, sentence):
    response = answer(asked())

    assert response.status_code == status
    assert sentence in response.content.decode()
    assert re.search(rf"编号 {status}-\d{{4}}-\d{{4}}-[0-9A-F]{{4}}", response.content.decode())


@pytest.mark.django_db
def test_a_page_of_what_went_wrong_asks_no_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        errors.server_error(asked())


def test_even_without_its_page_what_went_wrong_is_said(monkeypatch):
    def missing(*args):
        raise ValueError("The file 'theme.css' could not be found")

    monkeypatch.setattr(errors, "render_to_string", missing)

    response = errors.server_error(asked())

    assert response.status_code == 500
    assert re.search(r"编号 500-\d{4}-\d{4}-[0-9A-F]{4} 告诉系统管理员", response.content.decode())


def test_a_database_that_is_away_is_said_to_be_away(monkeypatch):
    try:
        raise OperationalError("could not connect to server")
    except OperationalError:
        response = errors.server_error(asked())

    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert "数据库暂时连不上" in response.content.decode()


def test_the_foot_offers_large_type_and_the_watermark_names_the_reader(client):
    actor = SimpleNamespace(
        person="李敏",
        place="市委依法治市办",
        post=SimpleNamespace(
            unit=SimpleNamespace(short_name="市委依法治市办"), user=SimpleNamespace(pk=3, large_type=True)
        ),
    )
    now = timezone.now()
    foot = render_to_string("partials/foot.html", {"actor": actor, "now": now, "csrf_token": "x"})
    mark = render_to_string("partials/mark.html", {"actor": actor, "now": now, "address_tail": "18.24"})

    assert 'name="large_type" value=""' in foot
    assert "标准字号" in foot
    assert "李敏 市委依法治市办" in mark
    assert "18.24" in mark

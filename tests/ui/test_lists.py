"""A list answers any address: conditions, sorting, pages and export come from it.

What cannot be read is said at its field.
"""

import io

import django_filters
import openpyxl
import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.db import connections
from django.test import RequestFactory
from django.test.signals import template_rendered
from django.test.utils import CaptureQueriesContext

from organizations.enums import Role
from tests.factories import an_actor
from ui import counting, lists
from ui.columns import Column
from ui.forms import DayField
from ui.lists import Empty, ListSpec, Shortcut, list_page

pytestmark = pytest.mark.django_db


class DayFilter(django_filters.DateFilter):
    field_class = DayField


class GroupFilter(django_filters.FilterSet):
    kind = django_filters.MultipleChoiceFilter(
        choices=(("县", "县（区）"), ("局", "部门"), ("委", "委员会")), method="by_kind", label="类别"
    )
    size = django_filters.ChoiceFilter(choices=((3, "三字"), (4, "四字")), method="ignored", label="字数")
    due = django_filters.ChoiceFilter(choices=(("late", "逾期"),), method="ignored", label="时限")
    due_from = DayFilter(method="ignored", label="时限自")
    found = django_filters.DateFromToRangeFilter(method="ignored", label="发现日期")
    after = django_filters.NumberFilter(field_name="pk", lookup_expr="gt", label="编号大于")

    class Meta:
        model = Group
        fields = ()

    def by_kind(self, rows, name, values):
        return rows.filter(name__regex="|".join(f"{value}$" for value in values))

    def ignored(self, rows, name, value):
        return rows


def a_spec(**changes):
    given = {
        "title": "单位",
        "rows": lambda actor: Group.objects.all(),
        "columns": (
            Column("name", "名称，全称", lambda group: group.name, sort=("name",), is_title=True),
            Column("pk", "号", lambda group: group.pk, sort=("pk",), kind="number"),
            Column("hidden", "备注", lambda group: f"={group.name}", screen=False),
        ),
        "filterset": GroupFilter,
        "search": lambda rows, words, actor: rows.filter(name__contains=words),
        "order": ("pk",),
        "per_page": 2,
        "export_name": "单位清单",
        "row_url": lambda group: f"/units/{group.pk}/",
        "empty": Empty("还没有单位", "导入后列在这里", "/import/", "导入单位"),
        "shortcuts": (Shortcut("部门", "kind=局"),),
    }
    return ListSpec(**(given | changes))


def answered(spec, address="", actor=None):
    """Return the answer to an address, and the context of the page if it is one."""
    request = RequestFactory().get(f"/units/{address}")
    request.actor, request.user = actor, actor.post.user if actor else AnonymousUser()
    contexts = []

    def note(sender, template, context, **more):
        if template.name == spec.template:
            contexts.append(context.flatten())

    template_rendered.connect(note)
    try:
        response = list_page(request, spec)
    finally:
        template_rendered.disconnect(note)
    return response, contexts[0] if contexts else {}


def shown(address="", **changes):
    return [row.name for row in answered(a_spec(**changes), address)[1]["rows"]]


@pytest.fixture(autouse=True)
def _groups():
    Group.objects.all().delete()
    for name in ("环县", "宁县", "市司法局", "市水务局", "市发改委"):
        Group.objects.create(name=name)


def test_the_default_order_and_the_first_page():
    _, context = answered(a_spec())

    assert ([row.name for row in context["rows"]], context["count"], context["first"], context["last"]) == (
        ["环县", "宁县"],
        5,
        1,
        2,
    )


def test_a_column_sorts_both_ways_and_the_heading_says_so():
    assert shown("?sort=pk", per_page=5) == ["环县", "宁县", "市司法局", "市水务局", "市发改委"]
    assert shown("?sort=-pk", per_page=5) == ["市发改委", "市水务局", "市司法局", "宁县", "环县"]
    assert b'aria-sort="descending"' in answered(a_spec(), "?sort=-pk")[0].content


@pytest.mark.parametrize("first", [1, 3, 5])
@pytest.mark.parametrize("page", [1, 2])
def test_a_frequent_word_is_looked_for_among_the_first_rows_and_finds_the_same(monkeypatch, first, page):
    monkeypatch.setattr(lists, "FIRST_ROWS", first)
    asked = []

    def looks(rows, words, actor):
        asked.append(list(rows.values_list("name", flat=True)))
        return rows.filter(name__contains=words)

    spec = a_spec(looks=looks, count_cap=2, order=("-pk",))
    by_index = answered(a_spec(count_cap=2, order=("-pk",)), f"?q=市&page={page}")[1]

    found = answered(spec, f"?q=市&page={page}")[1]

    assert found["rows"] == by_index["rows"] != []
    assert [len(rows) for rows in asked] == ([first] if (page - 1) * 2 < first else [])  # two rows a page


def test_a_rare_word_is_asked_of_the_index_alone(monkeypatch):
    def looks(rows, words, actor):
        raise AssertionError("looked for")

    assert answered(a_spec(looks=looks, count_cap=3), "?q=市")[1]["count"] == 3


def test_words_and_conditions_narrow_the_rows_together():
    assert shown("?kind=%E5%B1%80&kind=%E5%A7%94&q=%E6%B0%B4") == ["市水务局"]


@pytest.mark.parametrize(
    "address",
    [
        "?page=abc",
        "?page=-3",
        "?page=0",
        "?sort=secret",
        "?sort=--pk",
        "?sort=",
        "?q=%00%E2%80%8B",
        "?unknown=1",
        "?export=pdf",
        f"?page={'9' * 5000}",
        "?kind=",
        "?page=",
    ],
)
def test_an_address_that_makes_no_sense_shows_the_first_page_unchanged(address):
    assert len(shown(address)) in {1, 2}


def test_a_page_beyond_the_last_is_the_last():
    _, context = answered(a_spec(), "?page=99")

    assert (context["page"].number, [row.name for row in context["rows"]], context["last"]) == (3, ["市发改委"], 5)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("?due_from=2026-13-1", "写成 2026-07-06 这样的日期"),
        ("?kind=省", "省"),
        ("?after=abc", "请填写数字"),
        ("?due_from=0001-01-01", "2000 至 2100"),
        ("?found_after=x", "请填写日期"),
    ],
)  # fmt: skip
def test_a_condition_that_cannot_be_read_fits_no_row_and_is_said_at_its_field(address, sentence):
    response, context = answered(a_spec(), address)

    assert (response.status_code, context["count"], context["rows"]) == (200, 0, [])
    assert "条件读不出来" in response.content.decode()
    assert sentence in "".join(
        error for condition in context["conditions"] + context["more_conditions"] for error in condition.field.errors
    )
    assert 'class="invalid-feedback"' in response.content.decode()


def test_nothing_is_exported_under_a_condition_that_cannot_be_read():
    response, _ = answered(a_spec(), "?due_from=x&export=xlsx")

    assert response["Content-Type"].startswith("text/html")


def test_every_condition_has_a_chip_that_takes_only_itself_away():
    _, context = answered(
        a_spec(),
        "?q=%E5%B8%82&kind=%E5%B1%80&size=3&due=late&due_from=2026-7-6&found_after=2026-07-01&found_before=2026-07-31&sort=-pk&page=2",
    )

    chips = {chip.label: set(chip.params) for chip in context["chips"]}
    everything = {"q", "kind", "size", "due", "due_from", "found_after", "found_before", "sort"}
    assert chips == {
        "“市”": everything - {"q"}, "类别：部门": everything - {"kind"}, "字数：三字": everything - {"size"},
        "时限：逾期": everything - {"due"},
        "时限自：2026-07-06": everything - {"due_from"},
        "发现日期 2026-07-01 至 2026-07-31": everything - {"found_after", "found_before"},
    }  # fmt: skip


def test_no_hits_names_the_condition_that_is_in_the_way():
    response, context = answered(a_spec(), "?q=%E6%B0%B4&kind=%E5%8E%BF")

    assert context["nearest"] == {
        "text": "去掉“类别：县（区）”，有 1 件。",
        "url": "?q=%E6%B0%B4",
        "action": "去掉“类别：县（区）”",
    }
    assert "没有符合条件的" in response.content.decode()


def test_an_empty_list_says_what_to_do_first():
    Group.objects.all().delete()

    text = answered(a_spec())[0].content.decode()

    assert "还没有单位" in text
    assert '<a class="btn btn-primary" href="/import/">导入单位</a>' in text


def exported(address):
    response, _ = answered(a_spec(), address, an_actor(Role.OFFICE_STAFF))  # the log of taking names who exports
    rows = openpyxl.load_workbook(io.BytesIO(b"".join(response))).active.iter_rows(values_only=True)
    return response, list(rows)


def test_the_export_holds_exactly_the_chosen_rows_of_all_pages_in_their_order():
    response, rows = exported("?q=%E5%B8%82&sort=-pk&export=xlsx&page=2")

    pks = dict(Group.objects.values_list("name", "pk"))
    assert rows == [
        ("名称，全称", "号", "备注"),
        *[(name, pks[name], f"={name}") for name in ("市发改委", "市水务局", "市司法局")],
    ]
    assert "filename*=UTF-8''%E5%8D%95%E4%BD%8D%E6%B8%85%E5%8D%95_" in response["Content-Disposition"]


def test_a_list_without_a_name_for_the_file_is_not_exported():
    response, context = answered(a_spec(export_name=""), "?export=xlsx")

    assert (response["Content-Type"].startswith("text/html"), context["count"]) == (True, 5)


def test_counting_stops_at_the_cap_and_turning_at_the_deepest_page(monkeypatch):
    monkeypatch.setattr(counting, "DEEPEST_PAGE", 2)

    response, context = answered(a_spec(count_cap=4), "?page=9")

    assert (context["is_capped"], context["is_cut"], context["page"].number) == (True, True, 2)
    assert "只能翻到第 2 页，请加条件" in response.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_costs_three_queries_however_many_rows(rows):
    Group.objects.filter(pk__in=list(Group.objects.order_by("pk").values_list("pk", flat=True))[rows:]).delete()

    with CaptureQueriesContext(connections["default"]) as asked:
        answered(a_spec(per_page=25))

    assert len(asked) == 3  # how many, which 25, and what these show


def test_the_row_leads_to_its_page_and_a_phone_has_short_labels():
    text = answered(a_spec(), "?q=%E7%8E%AF")[0].content.decode()

    assert f'<a class="qy-t" href="/units/{Group.objects.get(name="环县").pk}/">环县</a>' in text
    assert 'data-label="号"' in text


def test_conditions_beyond_those_at_once_wait_behind_more():
    _, context = answered(a_spec(conditions_at_once=3))

    assert [condition.field.name for condition in context["conditions"]] == ["kind", "size"]
    assert [condition.field.name for condition in context["more_conditions"]] == ["due", "due_from", "found", "after"]


def test_the_boxes_of_a_condition_with_several_values_show_what_is_chosen():
    _, context = answered(a_spec(), "?kind=%E5%B1%80&kind=%E5%A7%94")

    kind = context["conditions"][0]
    assert ([choice.label for choice in kind.choices if choice.is_chosen], kind.chosen) == (["部门", "委员会"], "2 项")

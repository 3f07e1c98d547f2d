"""Sheets of units and people: checked, previewed, brought in whole or not at all."""

import io

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from organizations.enums import Role, UnitCategory
from organizations.models import AccountEvent, Post, StagedImport, Unit, User
from tests.factories import UnitFactory, UserFactory, a_post

pytestmark = pytest.mark.django_db
HEAD = ["代码", "全称", "简称", "类别", "上级单位", "被督察单位"]
ONE = ["621099", "庆阳市测试局", "市测试局", "政府工作部门", "", "是"]
PEOPLE = ["账号", "姓名", "单位", "角色", "职务", "任职自", "任职至"]
PERSON = ["wangyan", "王燕", "环县", "单位联络员", "科长", "2026-03-01", ""]


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel("2026-10-26 09:00:00+08:00", tick=False):
        yield


def xlsx(*lines, merged=(), name="名单.xlsx"):
    book = Workbook()
    sheet = book.active
    for line in lines:
        sheet.append(list(line))
    for span in merged:
        sheet.merge_cells(span)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile(name, out.getvalue())


def csv(*lines, encoding="utf-8-sig", name="名单.csv"):
    return SimpleUploadedFile(name, "\r\n".join(",".join(line) for line in lines).encode(encoding))


@pytest.fixture
def keeper(client):
    """A client signed in as system administrator."""
    return enter(client, Role.SYSTEM_ADMIN)


def enter(client, role):
    unit = Unit.objects.filter(category=UnitCategory.ADMINISTRATION).first() or UnitFactory(
        category=UnitCategory.ADMINISTRATION, is_inspected=False
    )
    client.force_login(a_post(role, unit).user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def upload(client, kind, file):
    return client.post(reverse("organizations:sheet", args=[kind]), {"file": file})


def staged():
    return StagedImport.objects.get()


def confirm(client):
    return client.post(reverse("organizations:preview", args=[staged().pk]))


def fates():
    return [(fate["row"], fate["fate"]) for fate in staged().fates]


@pytest.mark.parametrize(
    "file",
    [
        lambda: xlsx(HEAD, ONE),
        lambda: csv(HEAD, ONE),
        lambda: csv(HEAD, ONE, encoding="gb18030"),
        lambda: xlsx(HEAD[::-1], ONE[::-1]),
        lambda: xlsx(["庆阳市单位名单", "", "", "", "", ""], ["制表：督察科"], HEAD, ONE, merged=["A1:F1"]),
        lambda: xlsx(["代码", "单位", "", "类别"], ["", "全称", "简称", ""], ONE[:4], merged=["B1:C1"]),
        lambda: xlsx([" 代 码 *", "单位全称", "简称", "类别", "多出来的一列"], [*ONE[:4], "不读"]),
    ],
    ids=["xlsx", "csv", "gbk csv", "moved columns", "merged heading", "heading over two rows", "other spellings"],
)
def test_a_sheet_is_read_however_it_comes(keeper, file):
    upload(keeper, "units", file())
    assert not Unit.objects.filter(code="621099").exists()

    confirm(keeper)

    made = Unit.objects.get(code="621099")
    found = (made.name, made.short_name, made.category, made.initials)
    assert found == ("庆阳市测试局", "市测试局", UnitCategory.GOVERNMENT, "scsj")
    assert not StagedImport.objects.exists()


@pytest.mark.parametrize(
    ("lines", "cell", "column", "problem"),
    [
        ([HEAD, ONE, ONE], "3 行", "整行", "与第 2 行完全相同"),
        ([HEAD, ONE, [*ONE[:1], "另一个局", "另一个", *ONE[3:]]], "3 行", "代码", "与第 2 行重复"),
        ([HEAD, ["", *ONE[1:]]], "A2", "代码", "没有填"),
        ([HEAD, [*ONE[:3], "部门", *ONE[4:]]], "D2", "类别", "不在可选的词里"),
        ([HEAD, [*ONE[:4], "火星局", "是"]], "2 行", "上级单位", "没有这个单位"),
        ([HEAD, [*ONE[:5], "也许"]], "F2", "被督察单位", "读不出来"),
        ([HEAD, ["62 10/99", *ONE[1:]]], "A2", "代码", "读不出来"),
        ([HEAD, [ONE[0], "局" * 61, *ONE[2:]]], "B2", "全称", "读不出来"),
    ],
)
@pytest.mark.accepts(2, "page")
def test_one_wrong_cell_refuses_the_whole_sheet_and_says_where(keeper, lines, cell, column, problem):
    page = upload(keeper, "units", xlsx(*lines))

    found = page.context["problems"][0]
    assert (page.status_code, found.cell, found.column, found.problem) == (422, cell, column, problem)
    assert found.mend
    assert not StagedImport.objects.exists()
    assert not Unit.objects.filter(code="621099").exists()


def test_a_formula_in_a_csv_is_refused(keeper):
    page = upload(keeper, "units", csv(HEAD, [ONE[0], '=HYPERLINK("http://x")', *ONE[2:]]))

    assert page.context["problems"][0].problem == "是公式"


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (lambda: SimpleUploadedFile("空.xlsx", b""), "这是空文件"),
        (lambda: SimpleUploadedFile("程序.xlsx", b"MZ\x90\x00\x03" + b"\x00" * 60), "不是 Excel 或 CSV 文件"),
        (lambda: SimpleUploadedFile("坏.xlsx", b"PK\x03\x04" + b"\x00" * 60), "已损坏"),
        (lambda: xlsx(["甲", "乙"], ["1", "2"]), "没有找到表头"),
        (lambda: xlsx(HEAD), "只有表头，没有内容"),
    ],
    ids=["empty", "renamed program", "broken", "another sheet", "no rows"],
)
def test_what_is_no_such_sheet_is_refused_in_words(keeper, file, said):
    page = upload(keeper, "units", file())

    assert (page.status_code, said in page.content.decode()) == (422, True)
    assert not StagedImport.objects.exists()


def test_the_preview_says_what_each_row_would_do(keeper):
    UnitFactory(code="621001", name="甲局", short_name="甲局", is_inspected=True)
    UnitFactory(code="621002", name="乙局", short_name="乙局", is_inspected=False)
    UnitFactory(code="621003", name="丙局", short_name="丙局")
    rows = [
        ["621001", "甲局", "甲局", "政府工作部门", "", "是"], ["621002", "乙局", "乙局", "政府工作部门", "", "是"],
        ["621003", "丙局改名", "丙局", "政府工作部门", "", "是"],
        ["621004", "丁局", "丁局", "政府工作部门", "甲局", "是"],
    ]  # fmt: skip

    page = upload(keeper, "units", xlsx(HEAD, *rows))
    shown = keeper.get(page.url).content.decode()

    assert fates() == [(2, "same"), (3, "update"), (4, "conflict"), (5, "create")]
    assert "被督察单位：否 → 是" in shown
    assert "更名的请在单位页办理“更名”" in shown
    assert not Unit.objects.get(code="621002").is_inspected


def test_confirming_does_exactly_what_was_said_and_leaves_conflicts_out(keeper):
    UnitFactory(code="621003", name="丙局", short_name="丙局")
    upload(keeper, "units", xlsx(HEAD, ONE, ["621003", "丙局改名", "丙局", "政府工作部门", "", "是"]))

    confirm(keeper)

    assert Unit.objects.filter(code="621099").exists()
    assert Unit.objects.get(code="621003").name == "丙局"


def test_the_same_sheet_twice_changes_nothing(keeper):
    for _ in range(2):
        upload(keeper, "units", xlsx(HEAD, ONE))
        events = AccountEvent.objects.count()
        said = fates()
        confirm(keeper)

    assert said == [(2, "same")]
    assert AccountEvent.objects.count() == events


def test_an_empty_cell_leaves_what_stands(keeper):
    UnitFactory(code="621099", name="庆阳市测试局", short_name="市测试局", is_inspected=True, note="留着")

    upload(keeper, "units", xlsx(HEAD, [*ONE[:5], ""]))

    assert fates() == [(2, "same")]


def test_what_changed_between_preview_and_confirmation_is_shown_again(keeper):
    upload(keeper, "units", xlsx(HEAD, ONE))
    UnitFactory(code="621099", name="别人刚建的局", short_name="别人的")

    answer = confirm(keeper)

    assert answer.url == reverse("organizations:preview", args=[staged().pk])
    assert "预览以后系统里的数据有了变化" in keeper.get(answer.url).content.decode()
    assert fates() == [(2, "conflict")]


def test_a_sheet_confirmed_twice_is_brought_in_once(keeper):
    upload(keeper, "units", xlsx(HEAD, ONE))
    url = reverse("organizations:preview", args=[staged().pk])

    first, second = keeper.post(url), keeper.post(url)

    assert (first.status_code, second.status_code) == (302, 404)
    assert Unit.objects.filter(code="621099").count() == 1


def test_a_sheet_given_up_leaves_nothing(keeper):
    upload(keeper, "units", xlsx(HEAD, ONE))

    keeper.post(reverse("organizations:give_up", args=[staged().pk]))

    assert not StagedImport.objects.exists()
    assert not Unit.objects.filter(code="621099").exists()


def test_somebody_elses_sheet_is_not_there(keeper, client):
    upload(keeper, "units", xlsx(HEAD, ONE))

    enter(client, Role.SYSTEM_ADMIN)

    assert client.get(reverse("organizations:preview", args=[staged().pk])).status_code == 404


def test_a_parent_that_the_sheet_brings_itself_must_stand_before(keeper):
    child = ["621100", "测试分局", "测试分局", "政府工作部门", "621099", "否"]

    refused = upload(keeper, "units", xlsx(HEAD, child, ONE))
    upload(keeper, "units", xlsx(HEAD, ONE, child))
    confirm(keeper)

    assert refused.context["problems"][0].column == "上级单位"
    assert Unit.objects.get(code="621100").parent.code == "621099"


def test_people_come_by_two_hands(keeper, client):
    unit = UnitFactory(name="环县", short_name="环县", code="621022")

    upload(keeper, "users", xlsx(PEOPLE, PERSON))
    page = confirm(keeper)

    user = User.objects.get(username="wangyan")
    assert user.check_password(page.context["made"][0][2])
    assert not user.posts.exists()

    enter(client, Role.SECURITY_ADMIN)
    assert fates() == [(2, "create")]
    confirm(client)

    post = user.posts.get()
    assert (post.unit, post.role, post.title, str(post.from_on)) == (unit, Role.UNIT_LIAISON, "科长", "2026-03-01")


def test_the_system_administrator_does_not_grant_the_posts(keeper):
    UnitFactory(name="环县", short_name="环县")
    upload(keeper, "users", xlsx(PEOPLE, PERSON))
    confirm(keeper)

    assert keeper.get(reverse("organizations:preview", args=[staged().pk])).status_code == 404
    assert confirm(keeper).status_code == 404
    assert not Post.objects.filter(user__username="wangyan").exists()


@pytest.mark.parametrize(
    ("line", "column", "problem"),
    [
        (["wangyan", "王艳", *PERSON[2:]], "姓名", "账号 wangyan 在第 2 行是王燕"),
        (["lisi", "李四", "火星局", *PERSON[3:]], "单位", "没有这个单位"),
        (["lisi", "李四", "环县", "局长", *PERSON[4:]], "角色", "不在可选的词里"),
        (["lisi", "李四", "环县", "单位联络员", "", "2026-13-01", ""], "任职自", "读不出来"),
        (["lisi", "李四", "环县", "单位联络员", "", "2026-03-01", "2026-02-01"], "任职至", "早于任职自"),
        (["王", "李四", *PERSON[2:]], "账号", "读不出来"),
        ([*PERSON[:4], "处长", *PERSON[5:]], "单位、角色", "与第 2 行是同一岗位"),
    ],
)
def test_a_wrong_cell_of_people_is_named(keeper, line, column, problem):
    UnitFactory(name="环县", short_name="环县")

    page = upload(keeper, "users", xlsx(PEOPLE, PERSON, line))

    found = page.context["problems"][0]
    assert (found.column, found.problem) == (column, problem)
    assert not User.objects.filter(username="wangyan").exists()


def test_full_width_user_names_and_dates_of_an_office_are_read(keeper):
    UnitFactory(name="环县", short_name="环县")

    upload(keeper, "users", xlsx(PEOPLE, ["ＷＡＮＧＹＡＮ", "王燕", "环县", "单位联络员", "", "2026.3.1", ""]))
    confirm(keeper)

    assert User.objects.get(name="王燕").username == "wangyan"


def test_an_account_that_is_somebody_elses_is_a_conflict(keeper):
    UnitFactory(name="环县", short_name="环县")
    UserFactory(username="wangyan", name="王艳")

    upload(keeper, "users", xlsx(PEOPLE, PERSON))

    assert fates() == [(2, "conflict")]
    assert "该账号已是王艳的" in staged().fates[0]["said"]


def test_a_post_that_excludes_another_is_a_conflict_even_within_the_sheet(client):
    enter(client, Role.SECURITY_ADMIN)
    UnitFactory(name="环县", short_name="环县")
    UserFactory(username="wangyan", name="王燕")
    administration = Unit.objects.get(category=UnitCategory.ADMINISTRATION)

    upload(
        client,
        "posts",
        xlsx(PEOPLE, PERSON, ["wangyan", "王燕", administration.code, "审计管理员", "", "2026-03-01", ""]),
    )

    assert fates() == [(2, "create"), (3, "conflict")]
    assert "三员分设" in staged().fates[1]["said"]


def test_the_blank_template_comes_back_clean(keeper):
    blank = keeper.get(reverse("organizations:template", args=["units"]))

    page = upload(keeper, "units", SimpleUploadedFile("空白.xlsx", blank.content))

    assert "只有表头，没有内容" in page.content.decode()


@pytest.mark.slow
def test_the_eighty_four_units_of_the_city_come_in_by_sheet(keeper):
    from qingyang_inspect.reference.load import CATEGORIES, rows

    known = dict(UnitCategory.choices)
    lines = [
        [row["code"], row["name"], row["short_name"], known[CATEGORIES[row["category"]]], "", "是"]
        for row in rows("units.csv")
    ]

    upload(keeper, "units", xlsx(HEAD, *lines))
    confirm(keeper)

    assert Unit.objects.filter(is_inspected=True, abolished_on=None, code__startswith="62").count() == 84


def test_a_name_that_two_units_bear_is_refused_naming_both(keeper):
    first = UnitFactory(code="621901", name="庆阳市一局", short_name="市同名局")
    second = UnitFactory(code="621902", name="庆阳市二局", short_name="市同名局")

    page = upload(keeper, "units", xlsx(HEAD, [*ONE[:4], "市同名局", "是"]))

    (problem,) = page.context["problems"]
    assert (problem.found, problem.problem, problem.mend) == (
        "市同名局",
        f"有 2 个单位叫这个名字：{first.name}（{first.code}）、{second.name}（{second.code}）",
        "填其中一个的代码",
    )
    assert not StagedImport.objects.exists()


def test_of_two_units_of_one_name_the_code_says_which(keeper):
    UnitFactory(code="621901", short_name="市同名局")
    second = UnitFactory(code="621902", short_name="市同名局")

    upload(keeper, "units", xlsx(HEAD, [*ONE[:4], "621902", "是"]))
    confirm(keeper)

    assert Unit.objects.get(code="621099").parent == second


def test_a_name_that_becomes_double_before_the_confirmation_is_a_conflict(keeper):
    UnitFactory(code="621901", short_name="市同名局")
    upload(keeper, "units", xlsx(HEAD, [*ONE[:4], "市同名局", "是"]))
    UnitFactory(code="621902", short_name="市同名局")

    confirm(keeper)

    assert fates() == [(2, "conflict")]
    assert "有 2 个单位叫“市同名局”" in staged().fates[0]["said"]


def test_what_was_noticed_while_reading_stands_on_the_preview(keeper):
    upload(keeper, "units", xlsx([*HEAD, "联系电话"], [ONE[0], "庆阳市\u200b测试局", *ONE[2:], "8218000"]))

    shown = keeper.get(reverse("organizations:preview", args=[staged().pk])).content.decode()

    assert [(note["column"], note["problem"]) for note in staged().notes] == [
        ("全称", "有看不见的字符"),
        ("联系电话", "没有这一列，没有读"),
    ]
    assert "导入前请看一看" in shown
    assert "没有这一列，没有读" in shown
    assert staged().rows[0]["name"] == "庆阳市测试局"

"""The command that loads an announced year: it says what moves, and loads when it is told so by an account that may."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from casework.deadlines import working_days
from casework.deadlines.working_days import next_workday
from casework.models import CalendarDay, Case, Event, HolidayYear
from casework.workflow import engine
from organizations.enums import Role
from organizations.models import Post
from rectification.enums import State
from tests.casework.test_workdays import (
    UNKNOWN,
    _the_year_before,  # noqa: F401  asked for by every test here as well
    days,
    likely,
    saturday,
)
from tests.factories import a_post, a_rectification

pytestmark = pytest.mark.django_db


def written(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "放假.csv"
    path.write_text("\n".join(("日期,休/班,名称", *lines)), encoding="gb18030")
    return path


def loader() -> Post:
    return a_post(Role.OFFICE_STAFF)


def test_the_command_loads_a_sheet_when_it_has_said_what_moves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    moved = saturday(UNKNOWN)
    path = written(
        tmp_path,
        *(f"{d:%Y.%m.%d},休,{working_days.statutory_holidays(UNKNOWN).get(d, '')}" for d in likely(UNKNOWN)),
        f"{moved:%Y/%m/%d},班,调休",
    )

    by, announced_on = loader(), date(UNKNOWN - 1, 11, 4)
    given = {"source": "国办发明电〔2026〕7 号", "announced_on": announced_on, "by": by.user.username}
    case = a_rectification(State.SIGN)
    in_the_week = min(d for d in days(UNKNOWN, "10-4~10-7") if d.weekday() < 5)  # of rest by the announcement alone
    engine.amend(case, None, {"step_due_on": in_the_week})

    call_command("load_holidays", str(UNKNOWN), str(path), **given)
    told = capsys.readouterr().out.splitlines()
    assert (told[-1], HolidayYear.objects.count()) == ("还没有装载。核对无误，加上 --sure 再运行一次", 0)
    call_command("load_holidays", str(UNKNOWN), str(path), **given, sure=True)

    now = Case.objects.get(pk=case.pk)
    assert now.step_due_on == next_workday(date(UNKNOWN, 10, 8))
    assert told[:-1] == [
        "在办的件有 1 件的期限变动：本步期限 1 件", f"{case}：本步期限 {in_the_week} → {now.step_due_on}"
    ]  # fmt: skip
    assert Event.objects.get(case=case, seq=now.last_seq).post == by
    assert capsys.readouterr().out.splitlines() == [
        *told[:-1], f"已装载 {UNKNOWN} 年放假安排：{len(likely(UNKNOWN)) + 1} 天"
    ]  # fmt: skip
    assert HolidayYear.objects.get().loaded_by == by
    assert CalendarDay.objects.get(day=date(UNKNOWN, 10, 1)).name == "国庆"
    assert HolidayYear.objects.get().announced_on == date(UNKNOWN - 1, 11, 4)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("1月1日,休,元旦", "A2 日期 “1月1日”读不出来：写成 2026-07-06 这样的日期"),
        (f"{UNKNOWN}-01-01,放,元旦", "B2 休/班 “放”不在可选的词里：填休、班之一"),
    ],
)
def test_the_command_names_the_cell_that_it_cannot_read(tmp_path: Path, line: str, sentence: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command(
            "load_holidays", str(UNKNOWN), str(written(tmp_path, line)), source="国办通知", by=loader().user.username
        )

    assert str(refused.value) == sentence
    assert HolidayYear.objects.count() == 0


def test_the_command_says_when_there_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="打不开"):
        call_command(
            "load_holidays", str(UNKNOWN), str(tmp_path / "没有.csv"), source="国办通知", by=loader().user.username
        )


def test_the_command_asks_for_the_account_of_one_who_may(tmp_path: Path) -> None:
    stranger = a_post(Role.UNIT_HEAD).user.username

    with pytest.raises(CommandError, match="没有可以装载放假安排的岗位"):
        call_command("load_holidays", str(UNKNOWN), str(tmp_path / "没有.csv"), source="国办通知", by=stranger)

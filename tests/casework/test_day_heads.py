"""The heads of the days: what was removed whole, or written anew even with the key, differs from what was kept."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from casework.jobs import comparing_heads, day_heads, night, time_stamps
from casework.jobs.comparing_heads import Wrong
from casework.models import Case, Event
from casework.workflow import locks
from organizations.models import RowRecord
from organizations.records import ledger
from rectification.enums import State
from tests.factories import a_rectification

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def told(**options: Any) -> list[str]:
    """Return what `verify_heads` prints: a line a difference, and nothing when all is as it was kept."""
    try:
        call_command("verify_heads", stdout=(out := StringIO()), **options)
    except CommandError:
        return out.getvalue().splitlines()
    return []


def keep(day: date) -> dict[str, Any]:
    ledger.sign()
    head = day_heads.make(day)
    assert head is not None
    day_heads.append(head)
    assert day_heads.send(head) == ""
    return head


@pytest.fixture
def case() -> Case:
    case = a_rectification(State.CLAIM)
    keep(TODAY())
    return case


def behind(statement: str, *given: Any) -> Callable[[], None]:
    """Return a deed done in the database itself, the triggers lifted for it."""

    def do() -> None:
        locks.lift()
        with connection.cursor() as cursor:
            cursor.execute(statement, given)
        locks.install()

    return do


def test_heads_follow_one_another_and_hold(case: Case) -> None:
    first = json.loads(Path(day_heads.kept_at()).read_text())

    assert day_heads.make(TODAY()) is None
    later = keep(TODAY() + timedelta(3))

    assert (first["since"], first["day"], first["before"]) == (None, TODAY().isoformat(), "")
    assert (later["since"], later["before"], later["events"]) == (TODAY().isoformat(), first["head"], 0)
    assert first["events"] == Event.objects.count()
    assert first["records"] == RowRecord.objects.count()
    assert first["rows"]["rectification.Measure"] == case.measures.count()
    assert told() == []


def test_a_case_removed_whole_and_one_put_in_are_told_by_day_and_card(case: Case) -> None:
    gone = a_rectification(State.SIGN)
    Path(day_heads.kept_at()).unlink()
    keep(TODAY())
    added = a_rectification(State.SIGN)

    behind("delete from casework_event where case_id = %s", gone.pk)()

    assert f"{TODAY()} 卡片 {gone.pk}：与当日不同" in told() or f"{TODAY()} 卡片 {gone.pk}：当日写下的不见了" in told()
    assert f"{TODAY()} 卡片 {added.pk}：多出当日没有写过的" in told()
    assert not any(f"卡片 {case.pk}：" in line for line in told())


def test_the_last_events_taken_away_are_told(case: Case) -> None:
    behind("delete from casework_event where case_id = %s and seq = %s", case.pk, case.last_seq)()
    Case.objects.filter(pk=case.pk).update(last_seq=case.last_seq - 1)

    assert told() == [f"{TODAY()} 卡片 {case.pk}：与当日不同"]


def test_records_that_belong_to_no_case_are_told_by_their_table(case: Case) -> None:
    behind("delete from organizations_rowrecord where model = 'organizations.Unit'")()

    assert told() == [f"{TODAY()} 单位的存证：当日写下的不见了"]


@pytest.mark.parametrize(
    ("forge", "words"),
    [
        (lambda lines: [lines[0].replace('"events": ', '"events": 1'), lines[1]], "的日链值被改动"),
        (lambda lines: lines[1:], "之前的日链值被删去或改动"),
        (lambda lines: [lines[0], lines[2]], "之前的日链值被删去或改动"),
        (lambda lines: ["这不是日链值"], "第 1 行不是日链值"),
    ],
    ids=["a line changed", "the first cut off", "one cut out", "no heads"],
)
def test_the_file_itself_cannot_be_rewritten(case: Case, forge: Callable[[list[str]], list[str]], words: str) -> None:
    keep(TODAY() + timedelta(1))
    keep(TODAY() + timedelta(2))
    file = Path(day_heads.kept_at())
    lines = forge(file.read_text().splitlines())
    file.write_text("\n".join(lines) + "\n")

    assert [line for line in told() if words in line]


def test_the_last_lines_cut_off_are_told_by_what_the_night_said(case: Case) -> None:
    Path(day_heads.kept_at()).unlink()
    call_command("nightly", stdout=StringIO())
    assert (told(), len(day_heads.kept())) == ([], 1)

    Path(day_heads.kept_at()).unlink()

    assert told() == [f"{TODAY()} 夜里写下的日链值不在文件里"]


def test_a_head_is_sent_to_the_auditor_and_what_he_kept_is_compared(case: Case, settings: Any, tmp_path: Path) -> None:
    settings.AUDIT_MAIL = ["audit@example.gov.cn"]
    head = keep(TODAY() + timedelta(1))

    (sent,) = mail.outbox
    ((name, line, _),) = sent.attachments

    assert (sent.to, sent.subject) == (["audit@example.gov.cn"], f"日链值 {head['day']}")
    assert head["head"] in sent.body
    (tmp_path / str(name)).write_text(str(line))
    assert told(file=tmp_path / str(name)) == []


def test_a_head_whose_mail_failed_is_sent_by_the_night_begun_again(settings: Any, monkeypatch: Any) -> None:
    settings.AUDIT_MAIL = ["audit@example.gov.cn"]
    ledger.sign()

    def refused(mail: Any) -> None:
        raise OSError("connection refused")

    with monkeypatch.context() as away:
        away.setattr("casework.jobs.day_heads.EmailMessage.send", refused)
        failed = [outcome.said for outcome in night.run() if outcome.job.name == day_heads.JOB]
    again = [outcome.has_failed for outcome in night.run() if outcome.job.name == day_heads.JOB]

    assert "没有寄出" in failed[0]
    assert (again, len(day_heads.kept())) == ([False], 1)
    assert [sent.subject for sent in mail.outbox] == [f"日链值 {day_heads.kept()[0]['day']}"]


@pytest.mark.parametrize("line", ['{"day": "2026-', "{}\n", "7\n"], ids=["torn", "no head", "no object"])
def test_behind_a_line_that_is_no_head_the_next_is_kept_and_the_line_is_told(case: Case, line: str) -> None:
    (first,) = day_heads.kept()
    with day_heads.kept_at().open("a") as file:
        file.write(line)

    later = keep(TODAY() + timedelta(1))

    assert later["before"] == first["head"]
    assert day_heads.kept() == [first, later]
    assert told() == [f"{day_heads.kept_at().name} 第 2 行不是日链值"]


def test_a_line_that_is_no_head_hides_nothing_of_the_others(case: Case) -> None:
    with day_heads.kept_at().open("a") as file:
        file.write("这不是日链值\n")
    behind("delete from casework_event where case_id = %s and seq = %s", case.pk, case.last_seq)()

    found = comparing_heads.compare()

    assert found == (1, [(Wrong.NO_HEAD, "", f"{day_heads.kept_at().name} 第 2"),
                         (Wrong.CHANGED, TODAY().isoformat(), f"卡片 {case.pk}")])  # fmt: skip
    assert f"{TODAY()} 卡片 {case.pk}：与当日不同" in told()


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="没有这个文件"):
        call_command("verify_heads", file=tmp_path / "mistyped")


@pytest.mark.once(reason="openssl and a file")
def test_a_time_stamp_is_asked_for_by_file_and_verified(case: Case, settings: Any, tmp_path: Path) -> None:
    (head,) = day_heads.kept()
    time_stamps.ask(head)
    asked = time_stamps.folder() / f"{head['day']}.tsq"
    settings.STAMP_AUTHORITY = _an_authority_answers(asked, tmp_path)

    assert time_stamps.wrong(head) == ""
    assert time_stamps.wrong(head | {"head": "0" * 64}) == "时间戳与日链值不符"


def _an_authority_answers(asked: Path, folder: Path) -> str:
    """Be a time-stamping authority for once; return its certificate."""
    (folder / "conf").write_text(
        "[req]\ndistinguished_name=dn\nx509_extensions=ext\nprompt=no\n[dn]\nCN=authority\n"
        "[ext]\nextendedKeyUsage=critical,timeStamping\n[tsa]\ndefault_tsa=t\n[t]\nserial=serial\n"
        "crypto_device=builtin\nsigner_cert=cert\nsigner_key=key\nsigner_digest=sha256\ndefault_policy=1.2.3\n"
        "digests=sha256\nordering=yes\n"
    )
    for command in (
        ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key",
         "-out", "cert", "-config", "conf", "-days", "9"],
        ["ts", "-reply", "-config", "conf", "-section", "t", "-queryfile", asked, "-out", asked.with_suffix(".tsr")],
    ):  # fmt: skip
        subprocess.run(["openssl", *command], cwd=folder, check=True, capture_output=True)
    return str(folder / "cert")

"""What one who owns the database, or the disk, could do, and who tells of it in which words: docs/tampering.md.

Each is done from the attacker's side: triggers lifted, SQL, chains computed anew as well as he can. The table in the
documents is what comes of it here, on both databases: `QY_WRITE_TABLES=1` writes it anew.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from casework.chore import chore
from casework.files.store import stored_at
from casework.jobs import day_heads
from casework.models import Case, Event, Grant, NightlyProgress, StepLimit
from casework.workflow import locks
from dashboards.cube import seals
from dashboards.models import SealedCell
from organizations.enums import AccountAct, Role
from organizations.models import AccountEvent, ChainSeal, Post, RowRecord
from organizations.records import keys, ledger
from rectification.enums import State
from rectification.models import EvidenceVerdict
from tests.casework.test_keyed_chain import plain, under, written_anew
from tests.factories import UserFactory, a_post, a_rectification
from tests.house.sources import ROOT

TABLE = ROOT / "docs" / "tampering.md"
LOOKS = ("verify_trail", "verify_rows", "verify_heads", "verify_attachments", "check_figures")
NOBODY = "没有人发现"
Deed = Callable[[Any], object]


def sql(*statements: str) -> Deed:
    """Return a deed of plain SQL; `{measure}` and the like are keys of rows of the store."""

    def do(store: Any) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement.format(**vars(store)))

    return do


def forged_closure(store: Any) -> None:
    """Put in the event of a closure that nobody took, and make the card fit."""
    last = Event.objects.filter(case=store.open).latest("seq")
    last.pk, last.seq, last.name, last.label, last.source, last.state = (
        None,
        last.seq + 1,
        "close",
        "销号",
        last.state,
        "closed",
    )
    last.after = {"state": "closed", "is_open": False, "closed_on": timezone.localdate().isoformat()}
    Event.objects.bulk_create([last])
    sql(
        "update casework_case set state = 'closed', is_open = false, closed_on = '{today}', last_seq = last_seq + 1, "
        "holder_unit_id = null, holder_role = '', holder_since = null, step_due_on = null where id = {open}"
    )(store)


def last_taken_away(store: Any) -> None:
    """Take the last event away and set the card back to what the one before it left."""
    last = Event.objects.filter(case=store.open).latest("seq")
    before: dict[str, Any] = {}
    for event in Event.objects.filter(case=store.open, seq__lt=last.seq).order_by("seq"):
        before |= event.after
    Event.objects.filter(pk=last.pk).delete()
    Case.objects.filter(pk=store.open).update(**before, last_seq=last.seq - 1)


def record_made_to_fit(store: Any) -> None:
    """Change a row and write its record anew, without the key."""
    sql("update rectification_measure set content = '改过' where id = {measure}")(store)
    fact = next(fact for fact in ledger.all_facts() if fact.label == "rectification.Measure")
    digest = fact.read(fact.rows("default").filter(pk=store.measure))[store.measure][0]
    last = RowRecord.objects.filter(model=fact.label, row=store.measure).latest("n")
    RowRecord.objects.filter(pk=last.pk).update(digest=digest, hash=plain(digest.encode()))


def with_the_key(store: Any) -> None:
    """Write a trail anew with the very key: only what left the machine differs."""
    written_anew(Case.objects.get(pk=store.open), under(settings.TRAIL_KEYS[0]), keys.current(), label="改过")


def anew(key: str | None, link: Callable[[bytes], str]) -> Deed:
    """Change an event and write its trail anew; None: under the name of the key that is in force."""
    return lambda store: written_anew(
        Case.objects.get(pk=store.open), link, keys.current() if key is None else key, label="改过"
    )


def forged_seal(store: Any) -> None:
    """Write a trail anew without a key, and a seal that says it was so before there were keys."""
    anew("", plain)(store)
    ChainSeal.objects.create(
        chain="经过", key="", last_id=10**6, n=Event.objects.filter(key="").count(), total="0" * 64, at=timezone.now(),
        sealed_with=keys.current(), hash="0" * 64,
    )  # fmt: skip


def another_file(store: Any) -> None:
    stored_at(store.sha256).chmod(0o600)
    stored_at(store.sha256).write_bytes(b"%PDF-1.4 another")


def lines_of_heads(change: Callable[[list[str]], list[str]]) -> Deed:
    def do(store: Any) -> None:
        file = day_heads.kept_at()
        file.write_text("".join(change(file.read_text().splitlines(keepends=True))))

    return do


def put_in(model: Any, like: str, **changed: str) -> Deed:
    """Return a deed that puts a row in, like one that is there but for some columns."""

    def do(store: Any) -> None:
        row = model.objects.get(pk=getattr(store, like))
        for name, of in changed.items():
            setattr(row, name, getattr(store, of))
        fields = [field for field in model._meta.concrete_fields if not field.primary_key]
        values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
        columns, marks = ", ".join(f.column for f in fields), ", ".join(["%s"] * len(fields))
        with connection.cursor() as cursor:
            cursor.execute(f"insert into {model._meta.db_table} ({columns}) values ({marks})", values)

    return do


WHOLE_CASE = tuple(
    f"delete from {table} where {column} = {{open}}"
    for table, column in (
        ("organizations_rowrecord", "card"), ("casework_event", "case_id"), ("casework_grant", "case_id"),
        ("casework_attachment", "case_id"), ("rectification_measure", "case_id"),
        ("rectification_planverdict", "case_id"), ("rectification_rectification", "case_id"), ("casework_case", "id"),
    )
)  # fmt: skip
TAMPERING: dict[str, Deed] = {
    "改一条经过的原因": sql(
        """update casework_event set note = '{{"given": {{"reason": "改过"}}}}' where id = {event}"""
    ),
    "改一条经过，按没有密钥时的办法重算整条链": anew("", plain),
    "改一条经过，用猜的密钥重算整条链": anew(None, under("guessed")),
    "改一条经过，自己造一把密钥重算整条链": anew("sha256-0123456789", under("my own key")),
    "改一条经过，重算整条链，再伪造一条旧链值的封存": forged_seal,
    "拿到密钥，改一条经过并重算整条链": with_the_key,
    "删去中间一条经过": sql("delete from casework_event where case_id = {open} and seq = 2"),
    "删去末条经过，卡片一并改回": last_taken_away,
    "删去一件的全部经过": sql("delete from casework_event where case_id = {open}"),
    "整件删去：经过、存证、内容、卡片": sql(*WHOLE_CASE),
    "插入一条销号经过，卡片一并改为已销号": forged_closure,
    "只把卡片改为已销号": sql(
        "update casework_case set state = 'closed', is_open = false, closed_on = '{today}', holder_unit_id = null, "
        "holder_role = '', holder_since = null, step_due_on = null where id = {open}"
    ),
    "改整改时限": sql("update casework_case set due_on = '2031-01-06' where id = {open}"),
    "改责任单位": sql("update casework_case set unit_id = {other_unit} where id = {open}"),
    "改认定结论": sql(
        "update rectification_evidenceverdict set verdict = 'not_done', reason = '改过' where id = {verdict}"
    ),
    "删去一条认定": sql("delete from rectification_evidenceverdict where id = {verdict}"),
    "添一条“到位”的认定": put_in(EvidenceVerdict, "verdict", judge="office"),
    "改措施的完成日期": sql("update rectification_measure set done_on = '2020-01-02' where id = {measure}"),
    "改措施的内容，存证一并改（没有密钥）": record_made_to_fit,
    "改措施的内容，删去它的存证": sql(
        "update rectification_measure set content = '改过' where id = {measure}",
        "delete from organizations_rowrecord where model = 'rectification.Measure' and row = {measure}",
    ),
    "摘去措施的佐证": sql("delete from rectification_measure_evidence where measure_id = {measure}"),
    "改整改目标": sql("update rectification_rectification set goal = '改过' where case_id = {closed}"),
    "改问题描述": sql("update inspections_finding set statement = '改过' where case_id = {finding}"),
    "改定性条款": sql("update inspections_citation set article = '第一条' where finding_id = {finding}"),
    "改附件登记的 SHA-256": sql("update casework_attachment set sha256 = '{zeros}' where id = {file}"),
    "改附件的名称": sql("update casework_attachment set name = '另一份.pdf' where id = {file}"),
    "换掉磁盘上的文件": another_file,
    "删去磁盘上的文件": lambda store: stored_at(store.sha256).unlink(),
    "把一件开放给外单位（添参与）": put_in(Grant, "grant", case_id="open"),
    "从批次里去掉一个被督察单位": sql("delete from inspections_campaignunit where campaign_id = {campaign}"),
    "改批次的公示设置": sql("update inspections_campaign set with_publicity = true where case_id = {campaign}"),
    "改督察组成员的来处": sql("update inspections_teammember set from_unit_id = {unit} where id = {member}"),
    "换掉别人的口令": sql("update organizations_user set password = '{zeros}' where id = {user}"),
    "给自己加一个岗位": put_in(Post, "post", unit_id="other_unit"),
    "启用一个停用的账号": sql("update organizations_user set is_active = true where id = {closed_user}"),
    "解除别人的动态口令": sql("delete from otp_totp_totpdevice where id = {device}"),
    "改单位的上级": sql("update organizations_unit set parent_id = {unit} where id = {other_unit}"),
    "删去一行账号日志": sql("delete from organizations_accountevent where id = {log}"),
    "改一行账号日志": sql("update organizations_accountevent set detail = '改过' where id = {log}"),
    "删去一行账号日志和它的存证": sql(
        "delete from organizations_accountevent where id = {log}",
        "delete from organizations_rowrecord where model = 'organizations.AccountEvent' and row = {log}",
    ),
    "改办理期限": sql("update casework_steplimit set n = 99 where id = {limit}"),
    "添一个休息日": sql("insert into casework_calendarday (day, is_workday, name) values ('2031-01-06', false, '')"),
    "停用一个问题类别": sql("update casework_topic set is_in_use = false where id = {topic}"),
    "改依据的名称": sql("update inspections_basis set name = '改过' where id = {basis}"),
    "改封存的统计数": lambda store: SealedCell.objects.create(
        period="2020-01",
        axis="unit",
        key=1,
        severity=1,
        is_lead=True,
        state="closed",
        n=9,
        on_time=9,
        on_time_original=9,
        days=9,
    ),
    "卸下触发器": lambda store: locks.lift(),
    "裁去日链值文件的末行": lines_of_heads(lambda lines: lines[:-1]),
    "裁去日链值文件的首行": lines_of_heads(lambda lines: lines[1:]),
    "改日链值文件的一行": lines_of_heads(lambda lines: [lines[0].replace('"events": ', '"events": 9'), *lines[1:]]),
}


LIFTED = TAMPERING["卸下触发器"]


def a_store() -> Any:
    """Make a case in work, one that is closed and a log, as commits record them; two heads are kept of it."""
    closed, case = a_rectification(State.CLOSED), a_rectification(State.REMEDYING)
    user, measure, campaign = a_post(Role.UNIT_LIAISON).user, closed.measures.all()[0], closed.within
    file, finding = measure.evidence.all()[0], closed.rectification.finding
    made = SimpleNamespace(
        closed=closed.pk, open=case.pk, today=timezone.localdate(), zeros="0" * 64, office="office", user=user.pk,
        event=Event.objects.filter(case=case).latest("seq").pk,
        measure=measure.pk, verdict=measure.verdicts.all()[0].pk,
        finding=finding.pk, file=file.pk, sha256=file.sha256, campaign=campaign.pk, unit=case.unit_id,
        other_unit=closed.unit_id, topic=closed.topic_id, post=user.posts.get().pk,
        basis=finding.citations.get().basis_id, member=campaign.campaign.teams.get().members.all()[0].pk,
        grant=campaign.grants.all()[0].pk, closed_user=UserFactory(is_active=False).pk,
        device=TOTPDevice.objects.create(user=user, name="动态口令", key="0" * 40).pk,
        log=AccountEvent.objects.create(what=AccountAct.OPENED, user=user).pk,
        limit=StepLimit.objects.create(kind="finding", state="draft", n=3).pk,
    )  # fmt: skip
    seals.seal("2020-01")
    ledger.sign()
    for day in (made.today - timedelta(1), made.today):
        head = day_heads.make(day)
        assert head is not None
        day_heads.append(head)
        said = {"said": day_heads.spoken(head), "begun_at": timezone.now(), "moved_at": timezone.now()}
        NightlyProgress.objects.create(job=day_heads.JOB, day=day, ended_at=timezone.now(), **said)
    return made


def told(store: Any, deed: Deed | None = None) -> dict[str, list[str]]:
    """Do it and undo it; return what each of those who look says."""
    files = [stored_at(store.sha256), day_heads.kept_at()]
    before = [file.read_bytes() for file in files]
    with transaction.atomic():
        if deed is not None:
            locks.lift()
            deed(store)
        if deed is not LIFTED:
            locks.install()
        found = {look: list(chore(look).run(lambda done, of: None).wrong) for look in LOOKS}
        transaction.set_rollback(True)
    for file, content in zip(files, before, strict=True):
        file.write_bytes(content)
    return {look: sentences for look, sentences in found.items() if sentences}


def in_words(found: dict[str, list[str]]) -> str:
    """Return a cell of the table: who tells, and what; without the numbers that are others each time."""
    said = [
        f"`{look}`：{'；'.join(dict.fromkeys(map(_without_numbers, sentences)))}" for look, sentences in found.items()
    ]
    return "<br>".join(said) or NOBODY


def _without_numbers(sentence: str) -> str:
    for pattern, word in (
        (r"sha256-[0-9a-f]{10}", "某把"),
        (r"（[a-z_、]+）", ""),  # the triggers bear other names on each database
        (r"\d+-\d+-\d+", "某日"),
        (r"(?<!SHA-)(?<!SHA-2)(?<!SHA-25)\d+", "n"),
    ):
        sentence = re.sub(pattern, word, sentence)
    return sentence


HEAD = """# 篡改表

有数据库（或者服务器磁盘）全部权限的人，绕过程序、卸下触发器能做的事，和由哪个命令、用什么话说出来。
由 `tests/house/test_tampering.py` 在 SQLite 和 PostgreSQL 上逐项做出来，本表与结果不一致即不通过
（`QY_WRITE_TABLES=1` 重写）。`verify_trail` 核对办理经过，`verify_rows` 核对存证，`verify_heads` 核对日链值，
`verify_attachments` 核对附件，`check_figures` 核对统计；各项每夜也核对。编号、日期写作 n、某日。

| | 做法 | 由谁、用什么话说出来 |
|--:|---|---|
"""


@pytest.mark.slow
@pytest.mark.django_db
def test_every_tampering_is_told_and_the_table_says_by_whom() -> None:
    store = a_store()
    assert told(store) == {}

    rows = {title: in_words(told(store, deed)) for title, deed in TAMPERING.items()}

    table = HEAD + "".join(f"| {n} | {title} | {cell} |\n" for n, (title, cell) in enumerate(rows.items(), 1))
    if os.environ.get("QY_WRITE_TABLES"):
        TABLE.write_text(table, encoding="utf-8")
    assert [title for title, cell in rows.items() if cell == NOBODY] == []
    assert table == TABLE.read_text(encoding="utf-8")

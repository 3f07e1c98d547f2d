"""Every table is held in one way against being changed past the application, and what is recorded is told.

The kinds of tampering are walked over the registry: a new model that is in neither place, or a fact that is not told,
fails here.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from axes.models import AccessFailureLog, AccessLog
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from casework.models import CalendarDay, HolidayYear, StepLimit
from casework.workflow import locks
from inspections.models import PlanItem, Recusal, TeamMember
from organizations.enums import Role
from organizations.models import AccessEntry, AccountEvent, PasswordReset, PastPassword, SecurityKey, UnitName
from organizations.records import ledger
from organizations.records.facts import Fact
from qingyang_inspect import covered
from rectification.models import EvidenceVerdict, PaperRule, PaperWarning, ProgressReport, StageGoal
from results.models import ScoreRule, ScoreScheme
from tests.casework.test_lawful_histories import other
from tests.closures import an_objection
from tests.house.world import build
from tests.inspections.laws import a_law
from tests.programmes import claimed

TODAY = timezone.localdate()


@pytest.mark.once(reason="asks only what is declared")
def test_every_table_is_held_in_one_way() -> None:
    declared = [
        *(fact.label for fact in covered.RECORDED), *covered.BY_THE_TRAIL, *covered.BY_ITSELF, *covered.NO_FACT,
    ]  # fmt: skip

    assert sorted(declared) == sorted(
        model._meta.label for model in apps.get_models(include_auto_created=True) if not model._meta.proxy
    )


@pytest.fixture(scope="module")
def recorded(made_once: Any) -> None:
    """At least one row of every fact, recorded as a commit records it."""
    made_once(_rows_of_every_fact)


def _rows_of_every_fact() -> None:
    world = build()
    user, post = world.posts[Role.UNIT_LIAISON].user, world.posts[Role.OFFICE_STAFF]
    year = HolidayYear.objects.create(year=2031, source="国办发明电〔2030〕1 号")
    CalendarDay.objects.create(day=date(2031, 1, 1), is_workday=False, name="元旦", loaded_with=year)
    StepLimit.objects.get_or_create(kind="finding", state="draft", defaults={"n": 3})
    scheme = ScoreScheme.objects.create(name="计分", version=9, from_on=date(2026, 1, 1), total=Decimal(10))
    ScoreRule.objects.create(
        scheme=scheme, code="S1", situation="逾期", points=Decimal("0.5"), per="件", cap=Decimal(1)
    )
    PlanItem.objects.create(plan=world.own.plan, kind="ZX", title="土地督察", from_on=TODAY, to_on=TODAY)
    Recusal.objects.create(member=TeamMember.objects.order_by("pk")[0], unit=world.own.unit, reason="近亲属任职")
    EvidenceVerdict.objects.create(
        measure=world.own.measure, judge="office", verdict="done", reason="", post=post, day=TODAY
    )
    PaperRule.objects.create(name="same_file", title="同一文件", threshold=1, words="会议")
    PaperWarning.objects.create(
        case=world.own.rectification, rule="same_file", key="k", file=world.own.file, raised_at=timezone.now()
    )
    ProgressReport.objects.create(case=world.own.rectification, post=post, day=TODAY, percent=10, text="已部署")
    StageGoal.objects.create(case=world.own.rectification, due_on=TODAY, goal="完成一半")
    an_objection(world.own.rectification, "dismissed")
    a_law("第一条 执法结果应当公示。")
    UnitName.objects.create(unit=world.own.unit, name="原名", short_name="原名", to_on=date(2020, 1, 1))
    PastPassword.objects.create(user=user, password="!")
    PasswordReset.objects.create(user=user, reason="忘记口令", asked_by=post)
    AccountEvent.objects.create(post=post, what="opened", user=user)
    AccessEntry.objects.create(at=timezone.now(), user=user, what="export", about="台账", address="10.0.0.1", path="/")
    TOTPDevice.objects.create(user=user, name="动态口令", key="0" * 40)
    SecurityKey.objects.create(user=user, name="安全密钥", credential="abcd", public_key="efgh")
    StaticToken.objects.create(device=StaticDevice.objects.create(user=user, name="恢复码"), token="aaaa")
    AccessLog.objects.create(username=user.username, ip_address="10.0.0.1", path_info="/login/")
    AccessFailureLog.objects.create(username=user.username, ip_address="10.0.0.1", path_info="/login/")
    LogEntry.objects.create(user=user, object_id="1", object_repr="单位", action_flag=2, change_message="")
    claimed(world.own.programme, world.own.unit, {1: [1, 2]})
    finding, measure = world.own.finding, world.own.measure
    finding.assisting.add(world.other.unit)
    measure.evidence.add(world.own.file)
    ledger.sign()


Deed = tuple[str, list[Any]]  # a statement and what it is given
REFUSED = "refused by the database"


@pytest.mark.django_db
@pytest.mark.parametrize("fact", covered.RECORDED, ids=lambda fact: fact.label)
def test_what_is_done_to_a_fact_behind_the_application_is_told(recorded: None, fact: Fact) -> None:
    row = fact.model._base_manager.order_by("pk").last()
    assert row is not None, "make a row of it in _rows_of_every_fact"
    assert list(ledger.verify(fact)) == []

    changed = [*(_changed(fact, field, row) for field in _columns(fact)), *map(_unlinked, fact.links)]

    how = {_how(told(fact, deed)) for deed in changed}
    assert {"内容与存证不符"} <= how <= {"内容与存证不符", REFUSED}
    assert _how(told(fact, _removed(fact, row.pk))) == "不见了，没有删除的存证"
    assert _how(told(fact, _copied(fact, row.pk))) in (REFUSED, "没有存证，不是由程序写入的")


def _how(said: list[str]) -> str:
    """Return what is said of the last row, without its name; a row that names its case may have another by now."""
    return said[-1].rpartition("：")[2] if said else "nothing told"


def told(fact: Fact, deed: Deed) -> list[str]:
    """Do it in the database itself, and undo it; return what is told."""
    with transaction.atomic():
        locks.lift()
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(*deed)
            found = list(ledger.verify(fact))
        except IntegrityError:
            found = [REFUSED]
        transaction.set_rollback(True)
    return found


def _columns(fact: Fact) -> list[Any]:
    return [field for field in fact.columns if not isinstance(field, models.GeneratedField)]


def _changed(fact: Fact, field: Any, row: Any) -> Deed:
    table, key = fact.model._meta.db_table, fact.model._meta.pk.column
    new = field.get_db_prep_save(other(field, getattr(row, field.attname)), connection)
    return f"update {table} set {field.column} = %s where {key} = %s", [new, row.pk]


def _removed(fact: Fact, pk: int) -> Deed:
    return f"delete from {fact.model._meta.db_table} where {fact.model._meta.pk.column} = %s", [pk]


def _unlinked(field: Any) -> Deed:
    table, owner = field.m2m_db_table(), field.m2m_column_name()
    return f"delete from {table} where {owner} = (select max({owner}) from {table})", []


def _copied(fact: Fact, pk: int) -> Deed:
    key, columns = fact.model._meta.pk.column, ", ".join(field.column for field in _columns(fact))
    table = fact.model._meta.db_table
    return f"insert into {table} ({key}, {columns}) select 987654, {columns} from {table} where {key} = %s", [pk]

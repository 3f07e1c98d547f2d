"""What the service's role of PostgreSQL may not do (docs/grants.sql), asked as that role; SQLite has no roles, and its
triggers refuse what they can.
"""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from casework.models import Event
from casework.workflow import locks
from organizations.enums import AccountAct
from organizations.models import AccountEvent, ChainSeal
from organizations.records import ledger
from rectification.enums import State
from tests.factories import a_rectification
from tests.house.sources import ROOT

pytestmark = pytest.mark.django_db
BY_TRIGGERS = (
    "update casework_event set hash = '{zeros}' where id = {event}",
    "update casework_event set note = '{{}}' where id = {event}",
    "delete from casework_event where id = {event}",
    (
        "insert into casework_event (case_id, seq, at, day, name, label, source, state, after, note, unit_id, hash, "
        "key) select case_id, seq + 2, at, day, name, label, source, state, after, note, unit_id, hash, key "
        "from casework_event where id = {event}"
    ),
    "update organizations_rowrecord set digest = '{zeros}'",
    "delete from organizations_rowrecord",
    "update organizations_accountevent set detail = ''",
    "delete from organizations_accountevent",
    "update organizations_chainseal set total = ''",
)
BY_GRANTS = (
    "truncate casework_event cascade",
    "alter table casework_event disable trigger all",
    "drop trigger trail_rows on casework_event",
    "set local session_replication_role = replica",
    "create or replace function trail_refuse() returns trigger language plpgsql as 'begin return new; end'",
    "update rectification_evidenceverdict set verdict = 'done'",
    "delete from rectification_evidenceverdict",
    "update axes_accesslog set username = ''",
    "delete from axes_accesslog",
    "delete from axes_accessfailurelog",
    "update django_admin_log set object_repr = ''",
    "update organizations_accessentry set about = ''",
    "update organizations_pastpassword set password = ''",
    (
        "insert into organizations_chainseal (chain, key, last_id, n, total, at, sealed_with, hash)"
        " values ('经过', '', 9, 9, '', now(), '', '')"
    ),
    "delete from django_migrations",
    "create table mine (id int)",
)


def test_the_service_cannot_rewrite_what_is_only_added_to() -> None:
    case = a_rectification(State.CLAIM)
    given = {"event": Event.objects.filter(case=case).latest("seq").pk, "zeros": "0" * 64}
    AccountEvent.objects.create(what=AccountAct.OPENED)
    ChainSeal.objects.create(chain="经过", last_id=1, n=1, total="1", at=timezone.now())
    ledger.sign()
    statements = BY_TRIGGERS if connection.vendor == "sqlite" else BY_TRIGGERS + BY_GRANTS
    _be_the_service()

    passed = [statement for statement in statements if _may(statement.format(**given))]

    assert passed == []


def test_the_service_may_do_its_work() -> None:
    _be_the_service()

    case = a_rectification(State.CLOSED)
    ledger.sign()

    assert case.state == State.CLOSED


def _may(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            return True
    except DatabaseError as error:
        if not _is_refusal(error):
            raise
        return False


def _is_refusal(error: DatabaseError) -> bool:
    """Say whether a right or a trigger refused it, and not a fault of the statement."""
    if connection.vendor == "sqlite":
        return "不可" in str(error) or locks.NOT_NEXT in str(error)
    return getattr(error.__cause__, "sqlstate", "") in {"42501", "23000"}


def _be_the_service() -> None:
    """Act as qy_app, with the grants of the documents, for the rest of this transaction."""
    if connection.vendor == "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("create role qy_app")
        cursor.execute((ROOT / "docs" / "grants.sql").read_text(encoding="utf-8"))
        cursor.execute("set local role qy_app")

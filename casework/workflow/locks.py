"""The locks of what is only ever added to: triggers on both engines, and whether they stand as they were put up."""

from __future__ import annotations

from django.db import connection

from casework.models import Event
from organizations.models import AccountEvent, ChainSeal, RowRecord

TABLE = Event._meta.db_table
APPEND_ONLY = (  # prefix of the triggers, table, what is refused in words
    ("trail", TABLE, "办理经过"),
    ("log", AccountEvent._meta.db_table, "日志"),
    ("seal", ChainSeal._meta.db_table, "封存"),
    ("record", RowRecord._meta.db_table, "存证"),
)
HALF_A_LINK = "length(new.hash) <> 64"  # what no engine writes; whether a link is right, no database can know
LAST = f"coalesce((select max(seq) from {TABLE} where case_id = new.case_id), 0)"  # noqa: S608  our own names
NOT_NEXT = "办理经过须接在末条之后"


def _sqlite() -> dict[str, str]:
    found = {}
    for prefix, table, word in APPEND_ONLY:
        # INSERT OR REPLACE deletes without firing the delete trigger: refuse it by itself (docs/data.md D)
        twice = " or (case_id = new.case_id and seq = new.seq)" if table == TABLE else ""
        for name, when, what in (
            ("no_update", f"before update on {table}", "修改"),
            ("no_delete", f"before delete on {table}", "删除"),
            (
                "no_replace",
                f"before insert on {table} when exists (select 1 from {table} where id = new.id{twice})",  # noqa: S608
                "覆盖",
            ),
        ):
            found[f"{prefix}_{name}"] = f"{when} begin select raise(abort, '{word}不可{what}'); end"
    wrong = f"{HALF_A_LINK} or new.seq <> {LAST} + 1"
    found["trail_in_order"] = f"before insert on {TABLE} when {wrong} begin select raise(abort, '{NOT_NEXT}'); end"
    return found


# PostgreSQL: trigger → table, when, what pg_trigger keeps of that (tgtype), function
ROW, BEFORE, INSERT, DELETE, UPDATE, TRUNCATE = 1, 2, 4, 8, 16, 32
FUNCTIONS = {
    "trail_refuse": (
        " begin raise exception '%不可修改或删除', tg_argv[0] using errcode = 'integrity_constraint_violation'; end "
    ),
    "trail_in_order": (
        f" begin if {HALF_A_LINK} or new.seq <> {LAST} + 1 then raise exception '{NOT_NEXT}' "
        "using errcode = 'integrity_constraint_violation'; end if; return new; end "
    ),
}
SQLITE = _sqlite()
POSTGRESQL = {
    f"{prefix}_{name}": (table, when, kind, "trail_refuse", word)
    for prefix, table, word in APPEND_ONLY
    for name, when, kind in (
        ("rows", "before update or delete on {} for each row", ROW | BEFORE | UPDATE | DELETE),
        ("truncate", "before truncate on {} for each statement", BEFORE | TRUNCATE),
    )
} | {
    "trail_in_order": (TABLE, "before insert on {} for each row", ROW | BEFORE | INSERT, "trail_in_order", ""),
}
TABLES = tuple(table for _, table, _ in APPEND_ONLY)


def _putting_up() -> list[str]:
    if connection.vendor == "sqlite":
        return [f"create trigger {name} {body}" for name, body in SQLITE.items()]
    functions = [
        f"create or replace function {name}() returns trigger language plpgsql as $${body}$$"
        for name, body in FUNCTIONS.items()
    ]
    return functions + [
        f"create trigger {name} {when.format(table)} execute function {function}('{word}')"
        for name, (table, when, _, function, word) in POSTGRESQL.items()
    ]


def _taking_down() -> list[str]:
    if connection.vendor == "sqlite":
        return [f"drop trigger if exists {name}" for name in SQLITE]
    return [f"drop trigger if exists {name} on {table}" for name, (table, *_) in POSTGRESQL.items()]


def _run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def install() -> None:
    """Put the triggers up, in place of whatever bears their names.

    Run after every migrate: SQLite's table rebuild drops them silently (docs/data.md D).
    """
    _run([*_taking_down(), *_putting_up()])


def lift() -> None:
    """Take the triggers down. Only the flush of the test settings may call this."""
    _run(_taking_down())


def strangers() -> list[str]:
    """Return the names of triggers that are missing, switched off, not as they were put up, or not of ours."""
    expected, found = (_sqlite_there if connection.vendor == "sqlite" else _postgresql_there)()
    return sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))


def are_installed() -> bool:
    """Say whether every trigger stands and is enabled, as it was put up, and no other."""
    return not strangers()


def _sqlite_there() -> tuple[dict[str, str], dict[str, str]]:
    asked = "select name, sql from sqlite_master where type = 'trigger' and tbl_name in ({})"
    with connection.cursor() as cursor:
        cursor.execute(asked.format(", ".join(["%s"] * len(TABLES))), TABLES)
        return SQLITE, {name: sql.partition(f" {name} ")[2] for name, sql in cursor.fetchall()}


def _postgresql_there() -> tuple[dict[str, tuple[object, ...]], dict[str, tuple[object, ...]]]:
    asked = (
        "select t.tgname, c.relname, t.tgtype::int, p.prosrc, "
        "t.tgqual is null and t.tgattr::text = '' from pg_trigger t "
        "join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid "
        "where c.relname = any(%s) and not t.tgisinternal and t.tgenabled in ('O', 'A')"
    )
    expected: dict[str, tuple[object, ...]] = {
        name: (table, kind, FUNCTIONS[function], True) for name, (table, _, kind, function, _) in POSTGRESQL.items()
    }
    with connection.cursor() as cursor:
        cursor.execute(asked, [list(TABLES)])
        return expected, {name: tuple(found) for name, *found in cursor.fetchall()}

"""Sheets of units, accounts and posts: check, keep, try, apply.

A sheet is *tried*: every row is really brought in, and all of it is undone. What the preview says is therefore exactly
what happens on confirmation, when the same is done for good, unless the rows in the system have changed meanwhile.
Both go in pieces (sheet_pieces.py), passwords are hashed before a piece begins: 1 000 rows held SQLite's one writer for
half a minute.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Q

from organizations.actor import Actor
from organizations.enums import BRINGS, Fate, ImportKind, Role, UnitCategory
from organizations.models import Post, StagedImport, Unit, User
from organizations.services.account_log import refuse_all_but
from organizations.services.accounts import NO_SECRET, amend_account, first_secret, open_account
from organizations.services.posts import appoint, end_post
from organizations.services.sheet_pieces import Row, pieces
from organizations.services.units import amend_unit, differences, open_unit
from ui.errors import DomainError
from ui.sheets import CellProblem

log = logging.getLogger(__name__)
MOST_ROWS = 1_000  # the 84 units have some 300 people; more than this is not a list of staff
NOT_BROUGHT_IN = "数据库没有应答，没有导入，请再导入这一行"
GONE = "这份表已经导入或放弃，没有再办一次"
FIRST = "_first"  # beside the cells of a row: the first password made for it, and its hash


@dataclass(frozen=True)
class Outcome:
    """What became of a row: its fate, what it is about, what changed or stood in the way. `password` is a first
    password, never kept.
    """

    row: int
    fate: Fate
    about: str
    said: str = ""
    secret: tuple[str, str, str] | None = field(
        default=None, compare=False, repr=False
    )  # user name, name, first password

    def kept(self) -> Row:
        """Return the outcome as it is kept with the sheet, without the password."""
        return {name: value for name, value in asdict(self).items() if name != "secret"}


class ChangedMeanwhileError(DomainError):
    """The sheet would no longer do what its preview said."""


@transaction.atomic
def put_aside(
    kind: ImportKind, file_name: str, rows: Sequence[Row], *, actor: Actor, notes: Sequence[CellProblem] = ()
) -> StagedImport:
    """Keep a checked sheet for `try_out`; an earlier one of the same kind by the same person is dropped.

    Raises:
        DomainError: it is somebody else's task, or the sheet is too long.
    """
    refuse_all_but(actor, BRINGS[kind], f"导入{kind.label}")
    if len(rows) > MOST_ROWS:
        raise DomainError(f"表中有 {len(rows)} 行，一次最多 {MOST_ROWS} 行，没有收下。请分成几份。")
    StagedImport.objects.filter(user=actor.post.user, kind=kind).delete()
    return StagedImport.objects.create(
        user=actor.post.user,
        kind=kind,
        file_name=file_name[-120:],
        rows=list(rows),
        notes=[asdict(note) for note in notes],
    )


def try_out(staged: StagedImport, *, actor: Actor | None) -> StagedImport:
    """Write down what would become of each row now: the preview. No lock is held for longer than a piece.

    Raises:
        DomainError: it was brought in or given up meanwhile.
    """
    staged.fates = [outcome.kept() for outcome in attempt(ImportKind(staged.kind), staged.rows, actor)]
    if not StagedImport.objects.filter(pk=staged.pk).update(fates=staged.fates):
        raise DomainError(GONE)
    return staged


def apply(staged: StagedImport, *, actor: Actor) -> list[Outcome]:
    """Bring the sheet in, a piece after the other, and return what became of each row.

    It is tried once more before: what the preview said is what happens. What others do in the seconds between is
    seen in the outcomes. A sheet of accounts that also names posts then waits for the security administrator.

    Raises:
        ChangedMeanwhileError: the preview was out of date; the new one is kept instead and nothing is brought in.
        DomainError: it was brought in or given up already.
    """
    kind, said = ImportKind(staged.kind), staged.fates
    refuse_all_but(actor, BRINGS[kind], f"导入{kind.label}")
    if try_out(staged, actor=actor).fates != said:
        raise ChangedMeanwhileError(
            "预览以后系统里的数据有了变化，没有导入。下面是按现在的数据重新核对的结果，请看过再确认。"
        )
    waiting = _take(staged)
    outcomes: list[Outcome] = []
    for piece in pieces(kind, staged.rows):
        prepared = [row | {FIRST: first_secret()} for row in piece] if kind == ImportKind.USERS else piece
        outcomes += _bring_piece(kind, prepared, actor)
    if waiting is not None:
        _foresee(waiting)
    return sorted(outcomes, key=lambda outcome: outcome.row)


def _bring_piece(kind: ImportKind, rows: Sequence[Row], actor: Actor | None) -> list[Outcome]:
    """Bring one piece in, or nothing of it where the database gives up: what went before stays, and is shown."""
    try:
        with transaction.atomic():
            return [_bring(kind, row, actor) for row in rows]
    except DatabaseError:
        log.exception("a piece of a sheet of %s was not brought in", kind)
        return [Outcome(row["_row"], Fate.CONFLICT, _about(kind, row), NOT_BROUGHT_IN) for row in rows]


def attempt(kind: ImportKind, rows: Sequence[Row], actor: Actor | None) -> list[Outcome]:
    """Bring the rows in, piece by piece, and undo all of it; return what would become of each."""
    outcomes: list[Outcome] = []
    for piece in pieces(kind, rows):
        with transaction.atomic():
            outcomes += [_bring(kind, row | {FIRST: NO_SECRET}, actor) for row in piece]
            transaction.set_rollback(True)
    return sorted(outcomes, key=lambda outcome: outcome.row)


def problems(kind: ImportKind, rows: Sequence[Row]) -> list[CellProblem]:
    """Return what is wrong with the sheet itself (not with the system): doubles, units nobody knows, dates the wrong
    way round.
    """
    return _unit_problems(rows) if kind == ImportKind.UNITS else _people_problems(rows)


def _unit_problems(rows: Sequence[Row]) -> list[CellProblem]:
    known, found = _known_units(), []
    codes: dict[str, int] = {}
    names: dict[str, int] = {}
    for row in rows:
        n = row["_row"]
        for label, value, seen in (("代码", row["code"], codes), ("全称", row["name"], names)):
            if value and value in seen:
                found.append(CellProblem(f"{n} 行", label, value, f"与第 {seen[value]} 行重复", "一个单位只留一行"))
            elif value:
                seen[value] = n
        mend = "填上级单位的代码或全称；表中新增的上级单位要排在下级前面"
        found += _wrong_unit(n, "上级单位", row["parent"], known, mend)
        for word in {row["code"], row["name"], row["short_name"]} - {None}:
            known.setdefault(word, set()).add(f"{row['name']}（{row['code']}）")
    return found


def _people_problems(rows: Sequence[Row]) -> list[CellProblem]:
    known, found = _known_units(), []
    names: dict[str, tuple[str, int]] = {}
    posts: dict[tuple[Any, ...], int] = {}
    for row in rows:
        n = row["_row"]
        name, first = names.setdefault(row["username"], (row["name"], n))
        if name != row["name"]:
            found.append(
                CellProblem(
                    f"{n} 行",
                    "姓名",
                    row["name"] or "",
                    f"账号 {row['username']} 在第 {first} 行是{name}",
                    "一个账号只给一个人；换人的另起账号",
                )
            )
        post = (row["username"], row["unit"], row["role"], str(row["from_on"]))
        if posts.setdefault(post, n) != n:
            found.append(
                CellProblem(
                    f"{n} 行",
                    "单位、角色",
                    f"{row['unit']} {row['role']}",
                    f"与第 {posts[post]} 行是同一岗位",
                    "删去重复的一行",
                )
            )
        for label, value in (("单位", row["unit"]), ("人事关系所在单位", row["home_unit"])):
            found += _wrong_unit(n, label, value, known, "填单位名单上的代码、全称或简称")
        if row["from_on"] and row["to_on"] and str(row["to_on"]) < str(row["from_on"]):
            found.append(
                CellProblem(
                    f"{n} 行", "任职至", str(row["to_on"]), "早于任职自", f"填 {row['from_on']} 或以后，还在任的空着"
                )
            )
    return found


def _known_units() -> dict[str, set[str]]:
    """Return which units bear a word as code, full or short name, each in words that name it alone."""
    found: dict[str, set[str]] = {}
    living = Unit.objects.filter(abolished_on=None).order_by("pk")
    for code, name, short in living.values_list("code", "name", "short_name"):
        for word in (code, name, short):
            found.setdefault(word, set()).add(f"{name}（{code}）")
    return found


def _wrong_unit(n: int, label: str, word: str | None, known: dict[str, set[str]], mend: str) -> list[CellProblem]:
    """Say what is wrong with a unit named in a cell: nobody bears the name, or more than one does."""
    bearers = sorted(known.get(word, ())) if word else []
    if not word or len(bearers) == 1:
        return []
    if not bearers:
        return [CellProblem(f"{n} 行", label, word, "没有这个单位", mend)]
    both = "、".join(bearers)
    return [CellProblem(f"{n} 行", label, word, f"有 {len(bearers)} 个单位叫这个名字：{both}", "填其中一个的代码")]


def _bring(kind: ImportKind, row: Row, actor: Actor | None) -> Outcome:
    """Bring one row in; a rule that refuses makes it a conflict and leaves nothing of it."""
    about = _about(kind, row)
    try:
        with transaction.atomic():
            fate, said, secret = BRINGERS[kind](row, actor)
    except DomainError as refused:
        return Outcome(row["_row"], Fate.CONFLICT, about, refused.message)
    except ValidationError as refused:
        return Outcome(row["_row"], Fate.CONFLICT, about, "；".join(refused.messages))
    return Outcome(row["_row"], fate, about, said, secret)


def _about(kind: ImportKind, row: Row) -> str:
    about = f"{row['code']} {row['name']}" if kind == ImportKind.UNITS else f"{row['username']} {row['name']}"
    return f"{about} · {row['unit']} {row['role']}" if kind == ImportKind.POSTS else about


Brought = tuple[Fate, str, tuple[str, str, str] | None]


def _bring_unit(row: Row, actor: Actor | None) -> Brought:
    given = {
        name: row[name]
        for name in (
            "has_enforcement_power",
            "is_inspected",
            "is_consulted",
            "is_coordination_member",
            "is_industry_supervisor",
        )
    }
    given |= {
        "category": _category(row["category"]),
        "parent": _unit(row["parent"]),
        "opened_on": _day(row["opened_on"]),
        "note": row["note"],
    }
    filled = {
        name: value for name, value in given.items() if value not in (None, "")
    }  # an empty cell leaves what stands
    unit = Unit.objects.filter(code=row["code"]).first()
    if unit is None:
        open_unit(actor=actor, code=row["code"], name=row["name"], short_name=row["short_name"], **filled)
        return Fate.CREATE, "", None
    if (unit.name, unit.short_name) != (row["name"], row["short_name"]):
        raise DomainError(
            f"该代码现为“{unit.name}”（{unit.short_name}），与表中名称不同。更名的请在单位页办理“更名”，写错的请改表"
        )
    if unit.abolished_on:
        raise DomainError(f"该单位已于 {unit.abolished_on:%Y-%m-%d} 撤销")
    said = differences(unit, filled)
    if said:
        amend_unit(unit, actor=actor, **filled)
    return (Fate.UPDATE if said else Fate.SAME), "；".join(said), None


def _bring_account(row: Row, actor: Actor | None) -> Brought:
    home = _unit(row["home_unit"])
    user = User.objects.filter(username=row["username"]).select_related("home_unit").first()
    if user is None:
        made, password = open_account(row["username"], row["name"], actor=actor, home_unit=home, first=row[FIRST])
        return Fate.CREATE, "首次口令导入后显示一次", (made.username, made.name, password)
    if user.name != row["name"]:
        raise DomainError(f"该账号已是{user.name}的。账号不转给别人；同名不同人的请另取账号")
    if home is None or home == user.home_unit:
        return Fate.SAME, "", None
    said = f"人事关系所在单位：{user.home_unit or '无'} → {home}"
    amend_account(user, actor=actor, name=user.name, home_unit=home)
    return Fate.UPDATE, said, None


def _bring_post(row: Row, actor: Actor | None) -> Brought:
    user = User.objects.filter(username=row["username"]).first()
    if user is None or user.name != row["name"]:
        raise DomainError(
            "没有这个账号，请系统管理员先导入账号" if user is None else f"该账号是{user.name}的，与表中姓名不同"
        )
    unit, role, from_on, to_on = _unit(row["unit"]), _role(row["role"]), _day(row["from_on"]), _day(row["to_on"])
    if unit is None or role is None or from_on is None:
        raise DomainError("没有写全岗位：单位、角色、任职自都要有")
    post = Post.objects.filter(user=user, unit=unit, role=role, from_on=from_on).first()
    if post is None:
        appoint(user, unit, role, from_on=from_on, to_on=to_on, title=row["title"] or "", actor=actor)
        return Fate.CREATE, f"自 {from_on}{f' 至 {to_on}' if to_on else ''}", None
    if to_on is None or to_on == post.to_on:
        return Fate.SAME, "", None
    end_post(post, to_on, actor=actor)
    return Fate.UPDATE, f"任职至：{post.to_on or '无'} → {to_on}", None


BRINGERS: dict[ImportKind, Callable[[Row, Actor | None], Brought]] = {
    ImportKind.UNITS: _bring_unit,
    ImportKind.USERS: _bring_account,
    ImportKind.POSTS: _bring_post,
}


@transaction.atomic
def _take(sheet: StagedImport) -> StagedImport | None:
    """Take the sheet away, for whoever does brings it in; return the posts that it names, which from now on wait for
    the security administrator, whatever becomes of the accounts.
    """
    if not StagedImport.objects.filter(pk=sheet.pk).delete()[0]:
        raise DomainError(GONE)
    posts = [row for row in sheet.rows if row["unit"] and row["role"]] if sheet.kind == ImportKind.USERS else []
    if not posts:
        return None
    return StagedImport.objects.create(
        user=sheet.user, kind=ImportKind.POSTS, file_name=sheet.file_name, rows=posts, notes=sheet.notes
    )


def _foresee(waiting: StagedImport) -> None:
    """Try the posts out; where that fails they are tried before they are brought in, and first passwords are shown."""
    try:
        try_out(waiting, actor=None)
    except (DatabaseError, DomainError):
        log.exception("a waiting sheet of posts was not tried out")


def _unit(word: str | None) -> Unit | None:
    """Return the one living unit that bears a code, a full or a short name; None where none does.

    Raises:
        DomainError: more than one does.
    """
    if not word:
        return None
    named = Q(code=word) | Q(name=word) | Q(short_name=word)
    found = list(Unit.objects.filter(named, abolished_on=None).order_by("place"))
    if len(found) > 1:
        both = "、".join(f"{unit.name}（{unit.code}）" for unit in found)
        raise DomainError(f"有 {len(found)} 个单位叫“{word}”：{both}，请填其中一个的代码")
    return found[0] if found else None


def _category(label: str) -> UnitCategory:
    return next(category for category in UnitCategory if category.label == label)


def _role(label: str | None) -> Role | None:
    return next((role for role in Role if role.label == label), None)


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else value or None

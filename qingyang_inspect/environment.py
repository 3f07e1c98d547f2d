"""What the environment says, read with words for whoever starts the system.

That is not a programmer, and no trace helps him.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()
SAID: dict[str, tuple[str, str]] = {}  # what was read here of numbers, switches and lists, no secret: default and value
FORM = "应为 postgres://用户:口令@主机:5432/库名（口令里的 @ : / # 要写成 %40 %3A %2F %23），或者 sqlite:////绝对路径/文件名。"
SQLITE, POSTGRESQL = "django.db.backends.sqlite3", "django.db.backends.postgresql"
SIGNING = {  # ours: what a transaction has written is signed with it
    SQLITE: "qingyang_inspect.database.sqlite3",
    POSTGRESQL: "qingyang_inspect.database.postgresql",
}
# WAL lets readers go on while one writes; FULL: what a page said was done is done, whatever happens to the power
# (docs/decisions/0013-sqlite-by-default.md). Where nothing can be lost that cannot be made again: NORMAL.
PRAGMAS = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous={};PRAGMA foreign_keys=ON;"
    "PRAGMA cache_size=-65536;PRAGMA mmap_size=268435456"
)


def refuse(sentence: str) -> NoReturn:
    """Stop with one plain sentence and code 2."""
    sys.stderr.write(f"不能启动：{sentence}\n")
    raise SystemExit(2)


def number(name: str, default: int, *, least: int = 0) -> int:
    """Return a whole number from the environment; refuse anything else by the variable's name."""
    try:
        value = env.int(name, default=default)
    except ValueError:
        refuse(f"环境变量 {name} 应为整数，现在是“{env.str(name)}”。不需要改的，删去这一项即用默认值 {default}。")
    if value < least:
        refuse(f"环境变量 {name} 不能小于 {least}，现在是 {value}。")
    SAID[name] = str(default), str(value)
    return value


def switch(name: str, *, default: bool) -> bool:
    """Return a yes or no from the environment; a word that is neither is refused, not read as no."""
    word = env.str(name, default="").strip().lower()
    if word not in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
        refuse(f"环境变量 {name} 应为 1（开）或 0（关），现在是“{word}”。")
    value = word in {"1", "true", "yes", "on"} if word else default
    SAID[name] = "开" if default else "关", "开" if value else "关"
    return value


def several(name: str) -> list[str]:
    """Return the words of a variable, parted by commas; none by default."""
    value: list[str] = env.list(name, default=[])
    SAID[name] = "无", "、".join(value) or "无"
    return value


def one_of(name: str, words: tuple[str, ...]) -> str:
    """Return one of some words from the environment, the first by default; refuse any other."""
    word = env.str(name, default="").strip().lower() or words[0]
    if word not in words:
        refuse(f"环境变量 {name} 应为 {' 或 '.join(words)}，现在是“{word}”。")
    return word


def secrets_in(name: str) -> list[str]:
    """Return the secrets of a variable, or of the file that the variable with _FILE behind its name tells.

    Parted by spaces, commas or lines.
    """
    given, path = env.str(name, default=""), env.str(f"{name}_FILE", default="")
    if path and not given:
        try:
            given = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as wrong:
            refuse(f"环境变量 {name}_FILE 指的文件 {path} 读不了：{wrong}。")
    return given.replace(",", " ").split()


def databases(embedded: str) -> dict[str, dict[str, Any]]:
    """Return DATABASES: `default`, and `reading` on the same database, which sees one snapshot and refuses to write.

    Args:
        embedded: URL of the database that is used when DATABASE_URL is not given.
    """
    given = env.str("DATABASE_URL", default="").strip() or embedded
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the sentence below says it better
            default: dict[str, Any] = dict(env.db_url_config(given))
    except (ImproperlyConfigured, ValueError, KeyError):
        refuse(f"DATABASE_URL 写法不对。{FORM}")
    if default.get("ENGINE") not in {SQLITE, POSTGRESQL}:
        refuse(f"DATABASE_URL 只支持 PostgreSQL 和 SQLite。{FORM}")
    if default.get("NAME") in {"", ":memory:"}:
        refuse(f"DATABASE_URL 里没有写库名。{FORM}")
    default["CONN_MAX_AGE"] = number("CONN_MAX_AGE", 60)
    reading = dict(default, TEST={"MIRROR": "default"})
    if default["ENGINE"] == SQLITE:
        pragmas = PRAGMAS.format("FULL" if switch("SQLITE_WAITS_FOR_THE_DISK", default=True) else "NORMAL")
        default["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": pragmas}
        reading["OPTIONS"] = {
            "transaction_mode": "DEFERRED",
            "timeout": 30,
            "init_command": f"{pragmas};PRAGMA query_only=ON",
        }
    else:
        _postgresql(default, reading)
    default["ENGINE"] = reading["ENGINE"] = SIGNING[default["ENGINE"]]
    return {"default": default, "reading": reading}


# A page reads little, by index and mostly from memory: no compiling, no other processes, no fear of reading here and
# there.
PAGES = "-c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"


def _postgresql(default: dict[str, Any], reading: dict[str, Any]) -> None:
    from psycopg import IsolationLevel

    default["HOST"] = reading["HOST"] = unquote(
        default["HOST"]
    )  # a socket's folder, as libpq writes it: %2Fvar%2Frun%2Fpostgresql
    given = default.get("OPTIONS", {})  # sslmode and the like, from the URL's query
    default["CONN_HEALTH_CHECKS"] = reading["CONN_HEALTH_CHECKS"] = True
    default["OPTIONS"] = {"connect_timeout": 5, **given}
    reading["OPTIONS"] = {
        "connect_timeout": 5,
        **given,
        "isolation_level": IsolationLevel.REPEATABLE_READ,
        "options": f"-c default_transaction_read_only=on {PAGES}",
    }

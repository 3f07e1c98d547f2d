"""The whole suite on SQLite, then what asks a database on a real PostgreSQL.

That is a throw-away cluster, or DATABASE_URL where it is set.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL server's programs, or None."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]), reverse=True)
    found = places[0] if places else shutil.which("initdb")
    return Path(found).parent if found else None


def as_server(*command: object, folder: Path) -> None:
    """Run one of the server's programs; never as root, which PostgreSQL refuses."""
    user = next((u for u in ("postgres", "nobody") if os.geteuid() == 0 and _exists(u)), None)
    prefix = ["setpriv", f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups"] if user else []
    subprocess.run([*prefix, *map(str, command)], check=True, cwd=folder, stdout=subprocess.DEVNULL)


def _exists(user: str) -> bool:
    try:
        return bool(pwd.getpwnam(user))
    except KeyError:
        return False


# thrown away at the end: nothing needs to survive a power cut
THROWN_AWAY = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"


@contextmanager
def cluster(bin_dir: Path, kept: Path | None = None, options: str = THROWN_AWAY) -> Iterator[str]:
    """Start a cluster on a socket in a folder of its own; give its DATABASE_URL.

    Args:
        kept: a folder that stays, with what is in it; None for one that lives as long as the tests.
        options: settings of the server.
    """
    folder = kept or Path(tempfile.mkdtemp(prefix="qy-pg-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o777)
    data = folder / "data"
    options = f"-c listen_addresses= -c unix_socket_directories={folder} {options}"
    try:
        if not data.exists():
            means = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
            as_server(bin_dir / "initdb", "-D", data, *means, folder=folder)
        as_server(bin_dir / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start", folder=folder)
        try:
            yield f"postgres://postgres@/{folder}/postgres"  # by the socket in that folder
        finally:
            as_server(bin_dir / "pg_ctl", "-D", data, "-m", "fast" if kept else "immediate", "stop", folder=folder)
    finally:
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)


# a file on one worker: what its module makes once is made once; in the order of collection (tests/halves.py)
WORKERS = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
LEFT = ("QY_YEAR",)  # files in which the first half leaves what it made to the second (tests/left.py)
SECOND = {"QY_SECOND_HALF": "1"}  # only what asks a database (tests/halves.py)


def suite(name: str, *arguments: str, **env: str) -> tuple[int, dict[str, int]]:
    """Run one half; return its exit code, and how many tests it ran and left out."""
    print(f"\n== {name} ==", flush=True)
    how = [*WORKERS, "--durations", "20", *arguments]
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder) / "counts.json"
        began = time.monotonic()
        given = os.environ | env | {"QY_COUNTS": str(counts)}
        code = subprocess.call([sys.executable, "-m", "pytest", *how], cwd=ROOT, env=given)
        print(f"{name}：{time.monotonic() - began:.0f} 秒", flush=True)
        return code, json.loads(counts.read_text()) if counts.exists() else {}


def halves(arguments: list[str], second: str, url: str) -> int:
    """Run both halves and say what ran where; what is in neither fails."""
    with tempfile.TemporaryDirectory() as folder:
        left = {name: str(Path(folder) / f"{name}.json") for name in LEFT}
        code, first = suite("SQLite", *arguments, **left)
        if code:
            return code
        code, then = suite(second, *arguments, DATABASE_URL=url, **SECOND, **left)
    whole, both, once, said = (
        sum(first.get(n, 0) for n in names) for names in (("once", "said", "both"), ("both",), ("once",), ("said",))
    )
    print(
        f"\n共 {whole} 项：SQLite 跑 {first.get('ran', 0)} 项；{second} 跑 {then.get('ran', 0)} 项，"
        f"另 {once} 项不问数据库、{said} 项写明理由只跑一次",
        flush=True,
    )
    if (first.get("ran"), then.get("ran")) != (whole, both) and not code:
        print("有的测试两边都没有跑", flush=True)
        return 1
    return code


def main() -> int:
    arguments = sys.argv[1:]
    given = os.environ.pop("DATABASE_URL", "")
    if given:
        return halves(arguments, "PostgreSQL（DATABASE_URL）", given)
    bin_dir = binaries()
    if bin_dir is None:
        code, _ = suite("SQLite", *arguments)
        print("跳过 PostgreSQL：没有找到 initdb（apt-get install postgresql），也没有设置 DATABASE_URL", flush=True)
        return code or int(os.environ.get("QY_NO_SKIPS") == "1")
    with cluster(bin_dir) as url:
        return halves(arguments, "PostgreSQL", url)


if __name__ == "__main__":
    raise SystemExit(main())

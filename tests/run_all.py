"""The whole suite: on SQLite, then on a real PostgreSQL (a throw-away cluster, or DATABASE_URL where it is set)."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
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


def suite(name: str, *arguments: str, **env: str) -> int:
    print(f"\n== {name} ==", flush=True)
    return subprocess.call(
        [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", *arguments], cwd=ROOT, env=os.environ | env
    )


def main() -> int:
    arguments = sys.argv[1:]
    given = os.environ.pop("DATABASE_URL", "")
    code = suite("SQLite", *arguments)
    if given:
        return code or suite("PostgreSQL（DATABASE_URL）", *arguments, DATABASE_URL=given)
    bin_dir = binaries()
    if bin_dir is None:
        print("跳过 PostgreSQL：没有找到 initdb（apt-get install postgresql），也没有设置 DATABASE_URL", flush=True)
        return code or int(os.environ.get("QY_NO_SKIPS") == "1")
    with cluster(bin_dir) as url:
        return code or suite("PostgreSQL", *arguments, DATABASE_URL=url)


if __name__ == "__main__":
    raise SystemExit(main())

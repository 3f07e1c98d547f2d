"""Make the handbook's screenshots anew (`make shots`).

A demonstration of its own, a real browser, each role at both widths.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
INTO = ROOT / "docs" / "handbook" / "img"
PORT = int(os.environ.get("SHOTS_PORT", "8765"))
PASSWORD = "Qingyang-2026"  # noqa: S105  the demonstration's
SIZES = {"d": (1366, 768), "m": (390, 844)}
CHROMIUM_FLAGS = (
    "--lang=zh-CN",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# account -> pages to show: (name, path or a link to follow from it)
PAGES: dict[str, list[tuple[str, str]]] = {
    "jingban": [
        ("home-office", "/"),
        ("ledger", "/rectifications/?due=late"),
        ("dashboard", "/figures/"),
        ("case", "follow:/rectifications/?state=final_review"),
        ("clues", "/clues/"),
        ("campaigns", "/campaigns/"),
    ],
    "zhuren": [("home-director", "/"), ("case-director", "follow:/rectifications/?state=dispute")],
    "huanxian": [
        ("home-unit", "/"),
        ("case-unit", "follow:/rectifications/?state=remedying"),
        ("ledger-unit", "/rectifications/"),
    ],
    "huanxian_head": [("home-head", "/")],
    "zuyuan": [("home-team", "/"), ("finding-form", "/findings/new/"), ("findings", "/findings/")],
    "zuzhang": [("home-leader-of-team", "/")],
    "shenhe": [("home-reviewer", "/"), ("case-reviewer", "follow:/rectifications/?state=supervision")],
    "lingdao": [("home-leader", "/")],
    "xietiao": [("home-group", "/")],
    "jiwei": [("home-discipline", "/")],
    "rexian": [("home-hotline", "/")],
    "lvshi": [("home-expert", "/")],
    "xitong": [("home-system", "/")],
    "anquan": [("home-security", "/")],
    "shenji": [("home-audit", "/")],
}


@contextmanager
def demonstration() -> Iterator[str]:
    """Load a demonstration into a folder of its own and serve it; give its address."""
    folder = Path(tempfile.mkdtemp(prefix="qy-shots-"))
    env = os.environ | {
        "DATABASE_URL": os.environ.get("SHOTS_DATABASE_URL", f"sqlite:///{folder / 'db.sqlite3'}"),
        "MEDIA_ROOT": str(folder / "attachments"),
        "STATIC_ROOT": str(folder / "static"),
        "SECRET_KEY": "shots-only-" + "x" * 50,
        "TRAIL_KEY": "shots-only-" + "y" * 50,
        "SECURE_TLS": "0",
        "OTP_FOR_ADMINISTRATORS": "0",
    }
    manage = [sys.executable, "-W", "ignore", "manage.py"]
    try:
        for command in (
            ["migrate", "-v", "0"],
            ["load_reference", "--if-empty"],
            ["load_demo", "--if-empty"],
            ["collectstatic", "--noinput", "-v", "0"],
        ):
            subprocess.run([*manage, *command], check=True, cwd=ROOT, env=env)  # noqa: S603
        serving = [
            sys.executable,
            "-m",
            "gunicorn",
            "qingyang_inspect.wsgi",
            "--bind",
            f"127.0.0.1:{PORT}",
            "--threads",
            "4",
            "--log-level",
            "warning",
        ]
        server = subprocess.Popen(serving, cwd=ROOT, env=env)  # noqa: S603
        try:
            yield _answering(f"http://127.0.0.1:{PORT}")
        finally:
            server.terminate()
            server.wait(10)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _answering(address: str) -> str:
    for _ in range(60):
        try:
            urllib.request.urlopen(f"{address}/sign-in/", timeout=20).close()  # noqa: S310
            return address
        except OSError:  # not listening yet, or busy with its first request
            time.sleep(0.5)
    raise SystemExit("服务没有起来，截图没有做")


def sign_in(page: Any, address: str, username: str) -> None:
    """Sign in as a demonstration account."""
    page.goto(f"{address}/sign-in/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_load_state("load")


def open_page(page: Any, address: str, where: str) -> None:
    """Open a path, or the first row of a list (`follow:`)."""
    page.goto(address + where.removeprefix("follow:"))
    if where.startswith("follow:"):
        page.click("tbody th a.qy-t")
    page.wait_for_load_state("networkidle")


def shoot(browser: Any, address: str, username: str, pages: list[tuple[str, str]]) -> None:
    """Take one role's pages at both widths."""
    for size, (width, height) in SIZES.items():
        page = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai"
        ).new_page()
        sign_in(page, address, username)
        for name, where in pages:
            open_page(page, address, where)
            page.screenshot(path=INTO / f"{name}-{size}.png", full_page=True)
            print(f"{name}-{size}", flush=True)
        page.context.close()


def main() -> None:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("没有 Chromium（apt-get install chromium），截图没有做")
    INTO.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:] or list(PAGES)
    with demonstration() as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=list(CHROMIUM_FLAGS))
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(f"{address}/sign-in/")
        page.screenshot(path=INTO / "login-d.png")
        for username in wanted:
            shoot(browser, address, username, PAGES[username])
        browser.close()


if __name__ == "__main__":
    main()

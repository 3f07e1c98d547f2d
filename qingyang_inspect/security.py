"""`make security`: what may be known of the system's safety by machine, in one report (docs/security.md).

The source (bandit), the packages (pip-audit, and a list of advisories for where no network answers), what it is made of
(SBOM), and the running system with demonstration data, attacked by wapiti as three roles. Ends with 1 where something
was found, with 2 where nothing was but something could not be asked: that is never counted as sound.
"""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from qingyang_inspect import launch
from qingyang_inspect.benchmark.served import gunicorn

ROOT = launch.ROOT
HERE = ROOT / "var" / "security"
TOOLS = HERE / "venv" / "bin"
LOCK, OURS = ROOT / "requirements.lock", "requirements-security.lock"
PACKAGES = (
    "ui", "organizations", "casework", "inspections", "clues", "rectification", "documents", "results", "dashboards",
    "qingyang_inspect",
)  # fmt: skip
ROLES = {"jingban": "法治督察科经办", "huanxian": "单位联络员", "xitong": "系统管理员"}
PASSWORD = "Qingyang-2026"  # noqa: S105  # of the demonstration accounts, on this machine alone
MODULES = "xss,permanentxss,sql,exec,file,redirect,crlf,csrf,methods,csp,cookieflags,http_headers"
# Not asked by wapiti: it would sign itself out, or its own account away. HSTS and secure cookies go with TLS, off here.
LEFT_OUT = ("/sign-out/", "/account/", "/users/", "/posts/")
NEEDS_TLS = {"Secure Flag cookie", "HTTP Strict Transport Security (HSTS)"}
READ_BY_SCRIPT = "csrftoken"  # by drafts.js, on purpose: a form kept while signed out is sent with a fresh token
BROKEN = "Internal Server Error"
SECONDS = int(os.environ.get("CRAWL_SECONDS", "240"))  # of a role
FRESH_DAYS = 31  # older than that, a list of advisories is history
Found = list[str]
_unasked: list[str] = []  # what nobody could answer for: said last and loudest, and never counted as sound


def source() -> Found:
    """Read the source; what ruff was told is harmless, in its place and with its reason, holds for bandit too."""
    command: list[str | Path] = [TOOLS / "bandit", "-q", "-ll", "-f", "json", "-r", *PACKAGES]
    said = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout)  # noqa: S603
    found = [one for one in said["results"] if not _is_argued(one)]
    _say(f"bandit：{len(said['results'])} 处，其中 {len(said['results']) - len(found)} 处在代码里写明了理由")
    return [f"{one['filename']}:{one['line_number']} {one['test_id']} {one['issue_text']}" for one in found]


def _is_argued(one: dict[str, Any]) -> bool:
    lines = (ROOT / one["filename"]).read_text().splitlines()
    span = one["line_range"]
    return any("noqa: S" in line for line in lines[max(span[0] - 2, 0) : span[-1] + 1])


def advisories() -> Found:
    """Ask for known holes of every locked package; say how many nobody could answer for."""
    report = HERE / "advisories.json"
    command: list[str | Path] = [
        TOOLS / "pip-audit",
        "-r",
        LOCK,
        "--no-deps",
        "--disable-pip",
        "-f",
        "json",
        "-o",
        report,
    ]
    report.unlink(missing_ok=True)  # an earlier answer is none
    subprocess.run(command, cwd=HERE, capture_output=True)  # noqa: S603  # its code says what the report says
    asked = json.loads(report.read_text())["dependencies"] if report.exists() else []
    answered = [one for one in asked if "skip_reason" not in one]
    locked = dict(re.findall(r"^([a-z0-9][\w.-]*)==([^\s;\\]+)", LOCK.read_text(), re.MULTILINE))
    kept = _kept_advisories()
    old = [f"{n} {v}：{why}" for n, v in locked.items() for why in _holes(kept.get(n, []), v)]
    _say(f"pip-audit：{len(locked)} 个包，{len(answered)} 个有答复，{len(locked) - len(answered)} 个没有联网查到")
    made, days = _made_on()
    _say(f"清单（{made}，{sum(map(len, kept.values()))} 条）：{len(old)} 条与锁定的版本相符")
    if len(answered) < len(locked) and days > FRESH_DAYS:
        not_asked = len(locked) - len(answered)
        _unasked.append(f"{not_asked} 个包的漏洞：联网没有答复，清单是 {made} 的，已过 {days} 天，此后的漏洞都不在里面")
    return [f"{one['name']} {one['version']}：{hole['id']}" for one in answered for hole in one["vulns"]] + old


def _kept_advisories() -> dict[str, list[dict[str, Any]]]:
    """Return the advisories by package."""
    return {name.lower(): rows for name, rows in json.loads(_kept_at().read_text()).items() if name != "$meta"}


def _kept_at() -> Path:
    """Return the list of advisories: the file that ADVISORIES names (same form), else that of the tool's package."""
    given = os.environ.get("ADVISORIES")
    return Path(given) if given else next((HERE / "venv").glob("lib/*/site-packages/safety_db/insecure_full.json"))


def _made_on() -> tuple[date, int]:
    """Return the day on which the kept list was made, as it says itself, and how many days ago that is."""
    said = json.loads(_kept_at().read_text()).get("$meta", {}).get("timestamp", 0)
    made = datetime.fromtimestamp(said, UTC).date()
    return made, (datetime.now(UTC).date() - made).days


def _holes(rows: Sequence[dict[str, Any]], version: str) -> Iterator[str]:
    from packaging.specifiers import SpecifierSet

    for row in rows:
        if any(SpecifierSet(spec).contains(version, prereleases=True) for spec in row["specs"]):
            yield str(row.get("cve") or row["id"])


def sbom() -> Found:
    """Write what the system is made of: the packages that run, and the front-end's."""
    python, front = HERE / "sbom-python.json", HERE / "sbom-front-end.json"
    subprocess.run([TOOLS / "cyclonedx-py", "requirements", LOCK, "--of", "JSON", "-o", python], check=True)  # noqa: S603
    front.write_text(json.dumps(_front_end(), indent=1))
    sizes = [len(json.loads(path.read_text())["components"]) for path in (python, front)]
    _say(f"SBOM（CycloneDX）：{sizes[0]} 个 Python 包、{sizes[1]} 个前端包，见 {HERE.relative_to(ROOT)}")
    return []


def _front_end() -> dict[str, Any]:
    """Return the packages of package-lock.json that pages use; npm's own list asks for a version of the project."""
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    used = {path: said for path, said in packages.items() if path and not said.get("dev")}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "components": [
            {
                "type": "library",
                "name": (name := path.rpartition("node_modules/")[2]),
                "version": said["version"],
                "purl": f"pkg:npm/{name.replace('@', '%40')}@{said['version']}",
                "licenses": [{"license": {"name": said.get("license", "")}}],
            }
            for path, said in sorted(used.items())
        ],
    }


def crawl() -> Found:
    """Attack the running system as three roles."""
    with _served() as base:
        return [one for name, role in ROLES.items() for one in attack(base, name, role)]


def attack(base: str, name: str, role: str) -> Found:
    """Crawl and attack as one role; return what was found."""
    report, each = HERE / f"crawl-{name}.json", max(SECONDS // 8, 5)
    command: list[str | Path] = [
        *(TOOLS / "wapiti", "-u", f"{base}/", "-m", MODULES, "--scope", "folder", "-d", "4"),
        *("-H", f"Cookie: {_signed_in(base, name)}", "--max-links-per-page", "40", "--flush-session", "--no-bugreport"),
        *("--max-scan-time", str(SECONDS), "--max-attack-time", str(each), "-f", "json", "-o", report),
        *(part for path in LEFT_OUT for part in ("-x", f"{base}{path}*")),
    ]
    longest = SECONDS + (MODULES.count(",") + 1) * (each + 20) + 60
    report.unlink(missing_ok=True)
    try:
        ran = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=longest)  # noqa: S603
    except subprocess.TimeoutExpired:
        return [f"{role}：{longest} 秒内没有走完，没有结果"]
    if not report.exists():
        return [f"{role}：没有结果。{(ran.stdout + ran.stderr)[-300:]}"]
    said = json.loads(report.read_text())
    holes = [
        (kind, row)
        for kind, rows in said["vulnerabilities"].items()
        for row in rows
        if kind not in NEEDS_TLS and READ_BY_SCRIPT not in row["info"]
    ]
    holes += [(BROKEN, row) for row in said["anomalies"].get(BROKEN, [])]
    _say(f"wapiti，{role}：走过 {said['infos']['crawled_pages_nbr']} 页，找到 {len(holes)} 处")
    return [f"{role} {kind} {row['method']} {row['path']} {row['parameter']} {row['info']}" for kind, row in holes]


@contextmanager
def _served() -> Iterator[str]:
    """Serve demonstration data from a throw-away store on this machine."""
    with tempfile.TemporaryDirectory() as folder:
        env = launch.embedded_environment() | {
            "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3", "MEDIA_ROOT": f"{folder}/files",
            "LOCKOUT_FAILURES": "1000", "SQLITE_WAITS_FOR_THE_DISK": "0",
        }  # fmt: skip
        launch.manage("make_ready", env=env)
        launch.collect_static(env)
        with gunicorn("--threads", "4", env=env) as (port, _):
            yield f"http://127.0.0.1:{port}"


def _signed_in(base: str, name: str) -> str:
    """Sign in as a person would, and return the cookies."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = opener.open(f"{base}/sign-in/").read().decode()
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    after = opener.open(f"{base}/sign-in/", urlencode(hidden | {"username": name, "password": PASSWORD}).encode())
    if after.url.startswith((f"{base}/sign-in/", f"{base}/account/")):
        raise SystemExit(f"{name} 没有登录成功，停在 {after.url}：爬下去只会看到登录页")
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


CHECKS = {"source": source, "advisories": advisories, "sbom": sbom, "crawl": crawl}


def _say(text: str) -> None:
    print(text, flush=True)


def main() -> int:
    HERE.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (TOOLS / "wapiti").exists():
        subprocess.run([sys.executable, "-m", "venv", HERE / "venv"], check=True)  # noqa: S603
    pip: list[str | Path] = [
        TOOLS / "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        ROOT / OURS,
    ]
    subprocess.run(pip, check=True)  # noqa: S603
    asked = sys.argv[1:] or list(CHECKS)
    found = [one for name in asked for one in CHECKS[name]()]
    for one in found:
        _say(f"  ✗ {one}")
    for one in _unasked:
        _say(f"  !! 没有核对：{one}")
    missing = f"；另有 {len(_unasked)} 项没有核对，不等于没有" if _unasked else ""
    _say(f"{f'共 {len(found)} 处' if found else '没有找到'}{missing}")
    return 1 if found else 2 * bool(_unasked)


if __name__ == "__main__":
    raise SystemExit(main())

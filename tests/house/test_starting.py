"""`make run` says in words what is in its way, keeps the worker alive, and does nothing twice."""

import re
import signal
import socket
import sys
from collections import namedtuple

import pytest

from qingyang_inspect import launch
from tests.house.sources import ROOT

Usage = namedtuple("Usage", "total used free")


def words_of(capsys, act):
    with pytest.raises(SystemExit) as ended:
        act()
    assert ended.value.code == 2
    return capsys.readouterr().err


def test_a_port_that_is_taken_is_said_with_the_way_out(capsys, monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))

        assert (
            words_of(capsys, launch.address)
            == f"停下了：127.0.0.1:{port} 已被别的程序占用。请关掉它，或者换一个端口：make run PORT={port + 1}。\n"
        )


@pytest.mark.parametrize("port", ["八千", "0", "70000", ""])
def test_a_port_that_is_none_is_said(capsys, monkeypatch, port):
    monkeypatch.setenv("PORT", port)

    assert words_of(capsys, launch.address).startswith("停下了：PORT 应为 1 至 65535 的整数")


def test_a_host_that_is_not_this_machine_is_said(capsys, monkeypatch):
    monkeypatch.setenv("HOST", "192.0.2.1")
    monkeypatch.setenv("PORT", "8765")

    assert words_of(capsys, launch.address).startswith("停下了：HOST“192.0.2.1”不是本机的地址。")


def test_a_python_too_old_is_said(capsys, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))

    assert words_of(capsys, launch.check_machine).startswith("停下了：Python 是 3.10，需要 3.11 或更新的版本。")


def test_a_disk_too_full_is_said(capsys, monkeypatch):
    monkeypatch.setattr(launch.shutil, "disk_usage", lambda path: Usage(0, 0, 40 * 1024 * 1024))

    assert words_of(capsys, launch.check_machine).startswith("停下了：磁盘只剩 40 MB")


def test_what_is_installed_is_not_installed_again(monkeypatch, tmp_path):
    lock, ran = tmp_path / "some.lock", []
    lock.write_text("one")
    (tmp_path / "python").touch()
    monkeypatch.setattr(launch, "ROOT", tmp_path)
    monkeypatch.setattr(launch, "VENV", tmp_path)
    monkeypatch.setattr(launch, "PYTHON", tmp_path / "python")
    monkeypatch.setattr(launch, "run", lambda *command, **more: ran.append(command))

    launch.install("some.lock")
    launch.install("some.lock")
    lock.write_text("two")
    launch.install("some.lock")

    assert len(ran) == 2
    assert ran[0][-3:] == ("--require-hashes", "-r", "some.lock")


def test_what_is_copied_from_the_front_end_packages_is_what_pages_load():
    loaded = {
        found
        for page in (ROOT / "templates").rglob("*.html")
        for found in re.findall(r"'vendor/([^']+)'", page.read_text())
    }

    assert {target for target in launch.COPIES.values() if "/fonts/" not in target} == loaded


def test_a_worker_that_died_is_said_and_started_again(capsys, monkeypatch, tmp_path):
    before = signal.getsignal(signal.SIGTERM)
    rounds = iter([False] * 6 + [True])
    monkeypatch.setattr(launch, "_answers", lambda at: next(rounds))

    def interrupt():
        raise KeyboardInterrupt

    server = [sys.executable, "-c", "import time; time.sleep(60)"]
    worker = [sys.executable, "-c", "raise SystemExit(7)"]
    try:
        launch.keep_running({launch.SERVER: server, "后台任务": worker}, {}, ready=interrupt, at=("127.0.0.1", 1))
    finally:
        signal.signal(signal.SIGTERM, before)

    said = capsys.readouterr().out
    assert "后台任务停了（代码 7），重新启动 …" in said
    assert said.endswith("正在停止 …\n")


def test_a_server_that_died_ends_all_in_words(capsys, monkeypatch):
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(launch, "_answers", lambda at: False)
    try:
        said = words_of(
            capsys,
            lambda: launch.keep_running(
                {launch.SERVER: [sys.executable, "-c", ""]}, {}, ready=lambda: None, at=("127.0.0.1", 1)
            ),
        )
    finally:
        signal.signal(signal.SIGTERM, before)

    assert said == "停下了：服务自己停了，原因见上。\n"

"""Wrong settings end in one sentence and code 2, never in a trace; a database that is away is said on a page."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from qingyang_inspect.proxy import real_address
from tests.house.sources import ROOT

SECRET = {"SECRET_KEY": "x" * 60, "TRAIL_KEY": "y" * 40}


def start(*command: str, **env: str) -> subprocess.CompletedProcess[str]:
    plain = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, "manage.py", *(command or ("check",))],
        cwd=ROOT,
        env=plain | env,
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("env", "word"),
    [
        ({}, "SECRET_KEY"),
        ({"SECRET_KEY": "x" * 60}, "没有设置 TRAIL_KEY"),
        (SECRET | {"TRAIL_KEY": f"{'y' * 40},short"}, "不足 32 位"),
        (SECRET | {"TRAIL_KEY": "", "TRAIL_KEY_FILE": "/nowhere/key"}, "TRAIL_KEY_FILE"),
        (SECRET | {"TRAIL_ALGORITHM": "md5"}, "应为 sha256 或 sm3"),
        (SECRET | {"DATABASE_URL": "postgres//没有冒号"}, "DATABASE_URL"),
        (SECRET | {"DATABASE_URL": "mysql://a:b@c/d"}, "只支持 PostgreSQL 和 SQLite"),
        (SECRET | {"DATABASE_URL": "postgres://a:b@c:端口/d"}, "DATABASE_URL"),
        (SECRET | {"DATABASE_URL": "postgres://a:b@c/"}, "没有写库名"),
        (SECRET | {"IDLE_MINUTES": "半小时"}, "IDLE_MINUTES"),
        (SECRET | {"SECURE_TLS": "也许"}, "SECURE_TLS"),
    ],
)
def test_a_wrong_setting_is_said_in_one_sentence(env, word):
    ended = start(**env)

    assert ended.returncode == 2
    assert ended.stderr.startswith("不能启动：")
    assert ended.stderr.count("\n") == 1
    assert word in ended.stderr


@pytest.mark.slow
def test_a_database_that_is_away_stops_a_command_in_one_sentence():
    ended = start("migrate", **SECRET, DATABASE_URL="postgres://a:b@127.0.0.1:1/d")

    assert ended.returncode == 2
    assert ended.stderr.startswith("数据库连不上，什么也没有做。")
    assert ended.stderr.count("\n") == 1


def test_plain_settings_start():
    ended = start(**SECRET)

    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.slow
def test_fields_for_files_say_the_limit_that_is_set():
    script = (
        "from casework.workflow.inputs import INPUTS; from casework.forms import AttachForm; "
        "print(INPUTS['files'].help, AttachForm.base_fields['files'].help_text)"
    )
    said = start("shell", "--no-imports", "-c", script, **SECRET, ATTACHMENT_MAX_BYTES=str(7 * 1024 * 1024))

    assert said.stdout.count("单件不超过 7 MB") == 2


@pytest.mark.django_db
def test_a_page_says_that_the_database_is_away(client, monkeypatch):
    def away(self: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", away)
    client.raise_request_exception = False
    client.cookies["sessionid"] = "a" * 32

    response = client.get("/")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"
    assert "<h1>数据库暂时连不上</h1>" in response.content.decode()
    assert "OperationalError" not in response.content.decode()


@pytest.mark.parametrize(
    ("forwarded", "address"), [("", "10.0.0.1"), ("192.0.2.7", "192.0.2.7"), ("6.6.6.6, 192.0.2.7", "192.0.2.7")]
)
def test_behind_nginx_the_asker_is_the_last_one_that_nginx_wrote(forwarded, address):
    request = RequestFactory().get(
        "/", REMOTE_ADDR="10.0.0.1", **({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {})
    )

    real_address(lambda request: HttpResponse())(request)

    assert request.META["REMOTE_ADDR"] == address

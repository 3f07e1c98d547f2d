"""What an answer tells the browser to keep, to load and to forget; what starts at all; how files lie on the disk."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from casework.files.store import stored_at
from organizations.enums import Role
from qingyang_inspect.database.sqlite3.base import DatabaseWrapper
from rectification.enums import State
from tests.factories import UserFactory, a_post, a_rectification, acting, attach
from tests.house.test_refuses_to_start import SECRET, start

ASK = """
import json
from django.conf import settings
print(json.dumps([settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.SESSION_COOKIE_SECURE,
                  settings.SESSION_COOKIE_PATH, settings.SESSION_COOKIE_DOMAIN, settings.CSRF_COOKIE_DOMAIN]))
"""


@pytest.mark.slow
def test_with_tls_no_neighbour_can_set_our_cookies() -> None:
    asked = start("shell", "--no-imports", "-c", ASK, **SECRET)

    assert json.loads(asked.stdout) == ["__Host-sessionid", "__Host-csrftoken", True, "/", None, None]


@pytest.mark.slow
@pytest.mark.parametrize("key", ["x" * 49, "short"])
def test_a_secret_that_can_be_guessed_does_not_start(key: str) -> None:
    ended = start(SECRET_KEY=key)

    assert (ended.returncode, f"SECRET_KEY 只有 {len(key)} 位" in ended.stderr) == (2, True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/", "/rectifications/", "/findings/", "/figures/", "/admin/", "/account/", "/rectifications/?export=xlsx"]
)
def test_what_is_shown_to_who_signed_in_is_kept_nowhere(signed_in: Any, path: str) -> None:
    answer = signed_in(acting(a_post(Role.OFFICE_STAFF))).get(path)

    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_a_page_cannot_be_led_elsewhere_by_a_base(client: Any) -> None:
    assert "base-uri 'none'" in client.get("/sign-in/").headers["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize(("forgets", "cleared"), [(False, '"cache"'), (True, '"cache", "storage"')])
def test_signing_out_clears_what_was_shown(signed_in: Any, settings: Any, forgets: bool, cleared: str) -> None:
    settings.FORGET_DRAFTS_AT_SIGN_OUT = forgets

    assert signed_in(acting(a_post(Role.OFFICE_STAFF))).post("/sign-out/").headers["Clear-Site-Data"] == cleared


@pytest.mark.django_db
def test_files_are_read_by_the_service_alone() -> None:
    file = attach(a_rectification(State.REMEDYING), acting(a_post(Role.OFFICE_STAFF)))

    path = stored_at(file.sha256)
    assert [stat.S_IMODE(p.stat().st_mode) for p in (path, path.parent)] == [0o600, 0o700]


@pytest.mark.once(reason="the file of SQLite")
def test_the_file_of_the_database_is_the_services_alone(tmp_path: Path) -> None:
    options = {"init_command": "PRAGMA journal_mode=WAL"}
    made = DatabaseWrapper({**connection.settings_dict, "NAME": str(tmp_path / "new.sqlite3"), "OPTIONS": options})
    asked = made.get_new_connection(made.get_connection_params())
    asked.execute("create table t (n)")

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    asked.close()
    assert modes == dict.fromkeys(("new.sqlite3", "new.sqlite3-wal", "new.sqlite3-shm"), 0o600)


@pytest.mark.django_db
def test_who_holds_no_post_can_sign_out_too(client: Any) -> None:
    client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")

    assert client.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert "_auth_user_id" not in client.session

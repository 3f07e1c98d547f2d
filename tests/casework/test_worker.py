"""The worker: killed in the middle, locked out of the database, asked to leave; whatever it was, done once and whole.

One killed process is a real one (kill -9), on the database of the tests.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection, connections
from django.utils import timezone
from openpyxl import load_workbook

from casework.chore import chore
from casework.enums import WorkStatus
from casework.jobs import chore_requests, long_works, work_states, worker
from casework.jobs.long_works import all_kinds
from casework.jobs.worker import Worker
from casework.models import Case, ChoreRun, WorkerProcess
from casework.models.background import SILENT
from documents import services
from documents.models import Export
from organizations.enums import Role
from rectification.enums import RECTIFICATION, State
from rectification.models import PaperCheck
from tests.factories import a_post, a_rectification, acting
from ui.errors import DomainError

BOTH = pytest.mark.django_db(transaction=True, databases=["default", "reading"])
ROOT = Path(__file__).resolve().parents[2]
KILLED = """
import sys, time, django
django.setup()
from django.conf import settings
from django.core.management import call_command
from documents import services
settings.MEDIA_ROOT = sys.argv[1]

def half(file, *args):
    file.write(b"half a sheet")
    file.flush()
    print("half", flush=True)
    time.sleep(60)

services.save_sheet = half
call_command("worker")
"""


def office() -> Any:
    return acting(a_post(Role.OFFICE_STAFF))


def run_until_idle() -> None:
    Worker(0).run(until_idle=True)


def half_way(media: str) -> subprocess.Popen[str]:
    """Start a real worker and return when it is in the middle of a sheet."""
    at = connection.settings_dict
    url = f"sqlite:///{at['NAME']}" if connection.vendor == "sqlite" else f"postgres://{at['USER']}@/{at['NAME']}"
    if connection.vendor != "sqlite":
        url = f"postgres://{at['USER']}@{at['HOST'].replace('/', '%2F')}/{at['NAME']}"
    env = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-c", KILLED, media], env=env, text=True, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == "half\n"
    return process


@BOTH
@pytest.mark.usefixtures("_two_connections")
def test_an_export_whose_worker_was_killed_is_written_by_the_next_once() -> None:
    a_rectification(State.SIGN)
    export = services.ask_export(office(), "/rectifications/", "")
    with half_way(settings.MEDIA_ROOT) as process:
        process.send_signal(signal.SIGKILL)

    left = [path.name for path in services.folder().iterdir()]
    run_until_idle()  # at once: the dead one may still be alive, as far as anybody knows
    too_early = Export.objects.get()
    WorkerProcess.objects.update(beat_at=timezone.now() - SILENT - timedelta(seconds=1))
    run_until_idle()

    done = Export.objects.get()
    assert left == [f"{export.pk}.1.part"]
    assert (too_early.status, too_early.tries) == (WorkStatus.RUNNING, 1)
    assert (done.status, done.tries, done.problem) == (WorkStatus.READY, 2, "")
    assert [path.name for path in services.folder().iterdir()] == [done.file]
    assert load_workbook(services.folder() / done.file).active.max_row == 2


def test_the_next_takes_it_up_within_a_minute() -> None:
    assert SILENT + timedelta(seconds=worker.INTERVAL) < timedelta(minutes=1)
    assert timedelta(seconds=3 * worker.BEAT) < SILENT  # a beat that comes late is not yet a death


@BOTH
@pytest.mark.usefixtures("_two_connections")
def test_one_thought_dead_that_comes_back_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was taken over meanwhile: what counts is the other's, and its own file goes."""
    a_rectification(State.SIGN)
    export = services.ask_export(office(), "/rectifications/", "")
    plain = services.save_sheet

    def taken_over(*args: Any) -> int:
        Export.objects.filter(pk=export.pk).update(tries=2)
        return plain(*args[:4], lambda done: None, *args[5:])

    monkeypatch.setattr(services, "save_sheet", taken_over)

    worker.do(export)

    found = Export.objects.get()
    assert (found.status, found.tries, found.file) == (WorkStatus.RUNNING, 2, "")
    assert list(services.folder().iterdir()) == []


@pytest.mark.django_db
def test_what_kills_its_worker_again_and_again_is_given_up() -> None:
    a_rectification(State.SIGN)
    services.ask_export(office(), "/rectifications/", "")
    Export.objects.update(status=WorkStatus.RUNNING, tries=work_states.MOST_TRIES)

    work_states.take_back(Export)

    assert (Export.objects.get().status, Export.objects.get().problem) == (WorkStatus.FAILED, work_states.GIVEN_UP)


# a row of each kind of long work, asked for: a kind without a line here fails
ASKED = {
    "export": lambda: services.ask_export(office(), "/rectifications/", ""),
    "chore": lambda: chore_requests.ask(chore("verify_trail"), office()),
    "paper": lambda: PaperCheck.objects.create(
        case=Case.objects.get(kind=RECTIFICATION), post=office().post, asked_at=timezone.now(), moved_at=timezone.now()
    ),
}


@pytest.mark.django_db
def test_of_every_kind_what_a_dead_worker_left_is_taken_up_again() -> None:
    a_rectification(State.SIGN)
    now, stamp = timezone.now(), timezone.now() - SILENT - timedelta(seconds=1)
    dead = WorkerProcess.objects.create(name="dead", started_at=stamp, beat_at=stamp)
    alive = WorkerProcess.objects.create(name="alive", started_at=now, beat_at=now)
    left = {}
    for kind in long_works.all_kinds():
        work, model = ASKED[kind.name](), kind.model._default_manager
        model.filter(pk=work.pk).update(status=WorkStatus.RUNNING, tries=1, worker=alive)
        early = work_states.take_back(kind.model)
        model.filter(pk=work.pk).update(worker=dead)
        taken = work_states.take_back(kind.model)
        row = model.get(pk=work.pk)
        left[kind.name] = early, taken, row.status, row.worker, row.tries

    assert left == dict.fromkeys(ASKED, (0, 1, WorkStatus.QUEUED, None, 1))


@BOTH
@pytest.mark.usefixtures("_two_connections")
def test_a_chore_whose_worker_died_is_done_by_the_next() -> None:
    a_rectification(State.SIGN)
    chore_requests.ask(chore("verify_trail"), office())
    ChoreRun.objects.update(status=WorkStatus.RUNNING, tries=1)

    run_until_idle()

    run = ChoreRun.objects.get()
    assert (run.status, run.tries, run.n_wrong) == (WorkStatus.READY, 2, 0)


@BOTH
@pytest.mark.usefixtures("_two_connections")
def test_a_worker_asked_to_leave_puts_its_work_back_and_says_that_it_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    a_rectification(State.SIGN)
    services.ask_export(office(), "/rectifications/", "")
    process, plain = Worker(0), services.save_sheet

    def asked_to_leave(*args: Any) -> int:
        process.leave()
        return plain(*args)

    monkeypatch.setattr(services, "save_sheet", asked_to_leave)
    process.run()

    assert (Export.objects.get().status, Export.objects.get().worker) == (WorkStatus.QUEUED, None)
    assert WorkerProcess.objects.get().ended_at is not None
    assert list(services.folder().iterdir()) == []


@BOTH
@pytest.mark.usefixtures("_two_connections")
def test_a_database_that_is_locked_for_long_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every third question is refused as SQLite refuses it after its time-out, also the one that writes the result."""
    a_rectification(State.SIGN)
    services.ask_export(office(), "/rectifications/", "")
    monkeypatch.setattr(worker, "AGAIN", 0.0)
    asked: list[str] = []

    def refused(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("UPDATE", "INSERT")):
            asked.append(sql)
            if len(asked) % 3:
                raise OperationalError("database is locked")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refused):
        run_until_idle()

    done = Export.objects.get()
    assert (done.status, done.tries) == (WorkStatus.READY, 1)
    assert [path.name for path in services.folder().iterdir()] == [done.file]
    assert len(asked) > 6


@BOTH
@pytest.mark.usefixtures("_two_connections")
def test_what_was_written_and_its_answer_lost_is_done_once_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection breaks in the sweep at the start, and where the taking and the result are committed already."""
    a_rectification(State.SIGN)
    services.ask_export(office(), "/rectifications/", "")
    monkeypatch.setattr(worker, "AGAIN", 0.0)
    losing = ['SELECT "documents_export"."file"', '"tries" + ', 'SET "status" = %s, "moved_at" = %s, "file"']

    def lost(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        if found := [words for words in losing if words in sql]:
            losing.remove(found[0])
            raise OperationalError("server closed the connection unexpectedly")
        return answer

    with connection.execute_wrapper(lost):
        run_until_idle()

    done = Export.objects.get()
    assert losing == []
    assert (done.status, done.tries) == (WorkStatus.READY, 2)
    assert [path.name for path in services.folder().iterdir()] == [done.file]


def test_a_worker_asked_to_leave_does_not_wait_for_a_database_that_is_away() -> None:
    leaving, asked = threading.Event(), list[str]()

    def away() -> None:
        asked.append("")
        leaving.set()
        raise OperationalError("could not connect to server")

    with pytest.raises(OperationalError):
        worker.patiently(away, leaving)

    assert len(asked) == 2


@BOTH
@pytest.mark.usefixtures("_two_connections")
def test_limits_hold_when_many_ask_at_once() -> None:
    a_rectification(State.SIGN)
    actor = office()
    auditors = [acting(a_post(Role.AUDIT_ADMIN)) for _ in range(6)]
    chore = chore_requests.chore("verify_trail")
    refused: list[str] = []

    def ask(act: Any) -> None:
        try:
            act()
        except DomainError as error:
            refused.append(error.message)
        finally:
            connections.close_all()

    acts = [lambda: services.ask_export(actor, "/rectifications/", "")] * 10
    acts += [lambda one=one: chore_requests.ask(chore, one) for one in auditors]
    threads = [threading.Thread(target=ask, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (Export.objects.count(), ChoreRun.objects.count()) == (services.EXPORTS.at_once, 1)
    assert len([said for said in refused if said.startswith("您已有 3 项“导出”")]) == 7
    assert len([said for said in refused if "正在进行，请等它做完" in said]) == 5


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.name)
def test_a_kind_of_long_work_is_declared_whole(kind: long_works.LongWork) -> None:
    rows = kind.model._default_manager.all()

    assert long_works.named(kind.name) is long_works.kind_of(kind.model) is kind
    assert kind.at_once > 0
    assert hasattr(rows, "visible_to")
    assert hasattr(rows, "under_way")
    assert all(said.endswith(("。", "员", "出")) for said in (kind.leaves, kind.stopped, kind.failed))

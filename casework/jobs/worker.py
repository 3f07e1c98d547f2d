"""The background worker's one task.

Higher floors say in AppConfig.ready() who does which kind of work, so nobody imports a task late or in a circle.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import transaction
from django_tasks import task

from casework.models.background import BackgroundWork

_doers: dict[str, Callable[[Any], None]] = {}  # label of a model of background work -> who does a row of it


def register(model: type[BackgroundWork], do: Callable[[Any], None]) -> None:
    """Say who does this kind of work."""
    _doers[model._meta.label] = do


def enqueue(work: BackgroundWork) -> None:
    """Hand a row of work to the worker when this transaction has ended."""
    label, pk = work._meta.label, work.pk
    transaction.on_commit(lambda: do_work.enqueue(label, pk))


@task()
def do_work(label: str, pk: int) -> None:
    """Do one row of work, if it is still there."""
    work = apps.get_model(label)._default_manager.filter(pk=pk).first()
    if work is not None:
        _doers[label](work)

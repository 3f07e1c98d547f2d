"""What the background worker does for casework."""

from __future__ import annotations

from django_tasks import task

from casework.jobs.chore_runs import perform
from casework.models import ChoreRun


@task()
def do_chore(pk: int) -> None:
    """Do one chore."""
    run = ChoreRun.objects.filter(pk=pk).first()
    if run is not None:
        perform(run)

"""What the background worker does for the papers."""

from __future__ import annotations

from django_tasks import task

from documents.models import Export
from documents.services import write_export


@task()
def write(pk: int) -> None:
    """Write one export."""
    export = Export.objects.filter(pk=pk).select_related("post__user", "post__unit").first()
    if export is not None:
        write_export(export)

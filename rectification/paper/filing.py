"""What one case has filed, read once for all rules."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from casework.files import reading_traits
from casework.files.reading_traits import Traits
from casework.models import Attachment, Case
from rectification.models import FileTraits, Measure
from rectification.paper import names, texts
from rectification.workflow.verdicts import measures_of

END = 160  # characters of the beginning and of the end of a text: where a paper says whose it is


class Evidence(NamedTuple):
    """A file that proves measures, and what its bytes say."""

    file: Attachment
    measures: tuple[Measure, ...]
    traits: FileTraits


class Filing:
    """The case, its measures, its evidence with its traits, its texts."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.measures = measures_of(case)
        self.found_on: date = case.content.finding.discovered_on

    @cached_property
    def evidence(self) -> list[Evidence]:
        """The files that prove something now, oldest first; what no bytes were read of yet is read here."""
        proving: dict[int, tuple[Attachment, list[Measure]]] = {}
        for measure in self.measures:
            for file in measure.standing_evidence():
                proving.setdefault(file.pk, (file, []))[1].append(measure)
        known = FileTraits.objects.in_bulk({file.sha256 for file, _ in proving.values()}, field_name="sha256")
        found = []
        for pk in sorted(proving):
            file, measures = proving[pk]
            if file.sha256 not in known:
                known[file.sha256] = read_traits(file)
            found.append(Evidence(file, tuple(measures), known[file.sha256]))
        return found

    @cached_property
    def texts(self) -> dict[str, str]:
        """What the unit has written itself: its plan, and what it says it has done."""
        return texts.own_texts(self.case, self.measures)


def read_traits(file: Attachment) -> FileTraits:
    """Have a file read in the child process and keep what was found; what was read meanwhile is taken.

    Raises:
        BusyError: there was no place to read it in.
    """
    found: Traits = reading_traits.read_traits(file.sha256, file.name)
    kept, _ = FileTraits.objects.get_or_create(
        sha256=file.sha256,
        defaults={
            "is_read": found.is_read,
            "hashes": found.look.hashes.written() if found.look else "",
            "is_picture": found.look is not None,
            "taken_on": found.taken_on,
            "head": found.text[:END],
            "tail": found.text[-END:],
            "named": names.named_in(found.text),
        },
    )
    return kept


def before(file: Attachment) -> Q:
    """Return which files were filed before this one: of two that are alike, the later is warned of."""
    return Q(uploaded_at__lt=file.uploaded_at) | Q(uploaded_at=file.uploaded_at, pk__lt=file.pk)


def day_of(file: Attachment) -> date:
    """Return the day on which a file was put there, in the city's time."""
    return timezone.localtime(file.uploaded_at).date()

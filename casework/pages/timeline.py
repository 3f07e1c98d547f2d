"""经过: what has happened to a case, as its reader may see it, on one line of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.utils import timezone

from casework.kinds import spec_of
from casework.models import Attachment, Case, Event, Notice
from casework.workflow.circuits import Transition, circuit_of
from casework.workflow.inputs import INPUTS
from casework.workflow.prefetched import read_events
from casework.workflow.undecided import readable
from casework.workflow.values import Names, in_change, read_names
from organizations.actor import Actor
from organizations.enums import INSPECTED, Role

QUOTED = (
    "reason",
    "opinion",
    "note_progress",
    "handling",
    "found",
    "objections",
    "note",
)  # what a step says in words, the weightiest first


MOST_AT_ONCE, RECENT = 20, 12  # a longer line of time is folded behind its newest entries


class Named(NamedTuple):
    """A file that an entry names, and where it is, if it still stands."""

    name: str
    url: str


class Line(NamedTuple):
    """One entry. `told`: who got a notice of it; `of`: what it is an entry of, where not of the case itself."""

    event: Event
    who: str
    label: str
    quote: str
    css: str
    changes: list[str]
    files: list[Named]
    told: Sequence[str] = ()
    of: str = ""

    @property
    def is_signature(self) -> bool:
        return "signed" in self.event.note


class Timeline(NamedTuple):
    """Everything that has happened, newest first: of the case, folded where it is long, and of what it came from."""

    recent: list[Line]
    earlier: list[Line]
    before: list[Line]
    kind_before: str

    @property
    def folded_days(self) -> tuple[date, date]:
        """Return from which day to which what is folded away lasted."""
        return self.earlier[-1].event.day, self.earlier[0].event.day

    @property
    def is_before_long(self) -> bool:
        return len(self.before) > RECENT


def timeline(case: Case, lines: Sequence[Line], actor: Actor) -> Timeline:
    """Lay beside the trail of a case who was told of what, what else touched it, and what happened before there was it.

    Two questions, and what its kind asks besides (casework.kinds.CasePage.history).
    """
    ask = spec_of(case.kind).page.history
    came_of, beside = ask(case, actor) if ask else (None, [])
    former = trail(came_of, read_events(came_of), actor) if came_of is not None else []
    kind_before = spec_of(came_of.kind).label if came_of is not None else ""
    began = read_events(case)[0].at
    corrected = [line.event.note.get("changed") for line in lines]  # what was carried on to the case is there already
    meanwhile = [
        line._replace(of=kind_before, css="")
        for line in former
        if line.event.at > began and line.event.name == "amend" and line.event.note.get("changed") not in corrected
    ]
    every = [*_told(case, lines, actor), *meanwhile, *beside]
    every.sort(key=lambda line: (line.event.at, line.event.case_id == case.pk, line.event.seq), reverse=True)
    n = RECENT if len(every) > MOST_AT_ONCE else len(every)
    before = [line._replace(css="") for line in former if line.event.at <= began]
    return Timeline(every[:n], every[n:], before, kind_before)


def _told(case: Case, lines: Sequence[Line], actor: Actor) -> list[Line]:
    """Say at each entry who got a notice of it; a unit reads of its own people alone."""
    rows = Notice.objects.filter(case=case).select_related("post__unit").order_by("at", "pk")
    if actor.role in INSPECTED:
        rows = rows.filter(post__unit_id__in=actor.unit_ids)
    events = read_events(case)
    told: dict[int, dict[str, list[str]]] = {}
    for notice in rows:
        seq = next((event.seq for event in reversed(events) if event.at <= notice.at), 1)
        unit = notice.post.unit.name_on(timezone.localdate(notice.at))
        roles = told.setdefault(seq, {}).setdefault(unit, [])
        if (role := Role(notice.post.role).label) not in roles:
            roles.append(role)
    return [
        line._replace(told=[f"{unit}（{'、'.join(roles)}）" for unit, roles in told.get(line.event.seq, {}).items()])
        for line in lines
    ]


def trail(case: Case, events: list[Event], actor: Actor, files: Mapping[int, Attachment] | None = None) -> list[Line]:
    """Return the trail newest first, as its reader may see it; `files` by key: those that stand are linked.

    Who handled it inside the office is a post to units, not a name.
    """
    there = files or {}
    readable_ones = readable(case, events, actor)
    names = read_names(said for event in readable_ones for said in _corrected(event))
    circuit = circuit_of(case)
    lines: list[Line] = []
    for event in reversed(readable_ones):
        transition = circuit.by_name.get(event.name)
        given: dict[str, Any] = event.note.get("given", {})
        quote = next((str(given[name]) for name in QUOTED if given.get(name)), "")
        css = (
            "here"
            if not lines
            else "back"
            if transition and transition.back
            else "good"
            if event.name == "open"
            else ""
        )
        named = [one for value in given.values() if isinstance(value, list) for one in value if is_file(one)]
        lines.append(
            Line(
                event,
                who_did(event, actor),
                event.label,
                quote,
                css,
                [*_changes(event, transition, names), *given_in_words(given, quote, actor)],
                [Named(f["name"], there[f["id"]].get_absolute_url() if f["id"] in there else "") for f in named],
            )
        )
    return lines


def is_file(given: object) -> bool:
    """Tell whether this is a file, as the trail keeps what a step was given."""
    return isinstance(given, dict) and "sha256" in given


APART = frozenset({"files", "yes", "statements"})


def given_in_words(given: dict[str, Any], quote: str, actor: Actor) -> list[str]:
    """Write what else the step was given, each by its label, as far as this person reads it.

    A file stands among the files, a promise speaks for itself, what was signed one by one has its section.
    """
    found: list[str] = []
    is_outside = actor.role in INSPECTED
    for name, value in given.items():
        known = INPUTS.get(name)
        if known is None or known.shape in APART or value in (None, "", []) or str(value) == quote:
            continue
        if known.inside and is_outside:
            continue
        rows, words = value if isinstance(value, list) else [value], dict(known.options)
        said = [str(row["name"]) if isinstance(row, dict) else words.get(row, str(row)) for row in rows]
        found.append(f"{known.label}：{'、'.join(said)}")
    return found


def who_did(event: Event, actor: Actor) -> str:
    """Name who acted: person and post, as they were called that day.

    To the inspected units an outsider is a unit and a post, without the name.
    """
    if event.post is None:
        return "系统"
    post = event.post
    place = post.place_on(event.day)
    if actor.role in INSPECTED and post.unit_id not in actor.unit_ids:
        return place
    return f"{place} {post.user}"


def _changes(event: Event, transition: Transition | None, names: Names) -> list[str]:
    before, changed = event.note.get("before", {}), event.note.get("changed", {})
    found = [_change(event.case, key, before.get(key), value, names) for key, value in changed.items()]
    if worked_out := event.note.get("worked_out"):
        found.append(worked_out)
    elif "due_on" in event.after and event.seq > 1:
        found.append(f"时限改为 {event.after['due_on']}")
    return found


def _change(case: Case, key: str, before: Any, after: Any, names: Names) -> str:
    """Say in words what was corrected: the field, what stood there, what stands there now."""
    field = _field(case, key)
    if field is None:
        return f"{key}：{_short(before)} → {_short(after)}"
    return in_change(field, before, after, names)


def _corrected(event: Event) -> list[tuple[Any, Any]]:
    """Return the fields that an event corrected, each with what stood there and with what stands there now."""
    before, changed = event.note.get("before", {}), event.note.get("changed", {})
    fields = {key: _field(event.case, key) for key in changed}
    return [(fields[key], value) for key in changed for value in (before.get(key), changed[key])]


def _field(case: Case, key: str) -> Any:
    for row in (case, case.content):
        for field in (*row._meta.concrete_fields, *row._meta.many_to_many) if row is not None else ():
            if key in {field.attname, field.name}:
                return field
    return None


def _short(value: Any) -> str:
    text = str(value if value not in (None, "") else "空")
    return text if len(text) <= 40 else f"{text[:40]}…"

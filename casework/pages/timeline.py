"""经过: what has happened to a case, as its reader may see it, on one line of time."""

from __future__ import annotations

from typing import Any, NamedTuple

from casework.models import Case, Event
from casework.workflow.circuits import Transition, circuit_of
from casework.workflow.inputs import INPUTS
from casework.workflow.undecided import readable
from casework.workflow.values import in_change
from organizations.actor import Actor
from organizations.enums import INSPECTED

QUOTED = (
    "reason",
    "opinion",
    "note_progress",
    "handling",
    "found",
    "objections",
    "note",
)  # what a step says in words, the weightiest first


class Line(NamedTuple):
    """One entry of the trail."""

    event: Event
    who: str
    label: str
    quote: str
    css: str
    changes: list[str]
    files: list[str]


def trail(case: Case, events: list[Event], actor: Actor) -> list[Line]:
    """Return the trail newest first, as its reader may see it.

    Who handled it inside the office is a post to units, not a name.
    """
    circuit = circuit_of(case)
    lines: list[Line] = []
    for event in reversed(readable(case, events, actor)):
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
        files = [f["name"] for f in given.get("files", []) if isinstance(f, dict)]
        lines.append(
            Line(
                event,
                who_did(event, actor),
                event.label,
                quote,
                css,
                [*_changes(event, transition), *given_in_words(given, quote)],
                files,
            )
        )
    return lines


APART = frozenset({"files", "yes", "statements"})


def given_in_words(given: dict[str, Any], quote: str) -> list[str]:
    """Write what else the step was given, each by its label.

    A file stands among the files, a promise speaks for itself, what was signed one by one has its section.
    """
    found = []
    for name, value in given.items():
        known = INPUTS.get(name)
        if known is None or known.shape in APART or value in (None, "", []) or str(value) == quote:
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


def _changes(event: Event, transition: Transition | None) -> list[str]:
    before, changed = event.note.get("before", {}), event.note.get("changed", {})
    found = [_change(event.case, key, before.get(key), value) for key, value in changed.items()]
    if worked_out := event.note.get("worked_out"):
        found.append(worked_out)
    elif "due_on" in event.after and event.seq > 1:
        found.append(f"时限改为 {event.after['due_on']}")
    return found


def _change(case: Case, key: str, before: Any, after: Any) -> str:
    """Say in words what was corrected: the field, what stood there, what stands there now."""
    field = _field(case, key)
    if field is None:
        return f"{key}：{_short(before)} → {_short(after)}"
    return in_change(field, before, after)


def _field(case: Case, key: str) -> Any:
    for row in (case, case.content):
        for field in (*row._meta.concrete_fields, *row._meta.many_to_many) if row is not None else ():
            if key in {field.attname, field.name}:
                return field
    return None


def _short(value: Any) -> str:
    text = str(value if value not in (None, "") else "空")
    return text if len(text) <= 40 else f"{text[:40]}…"

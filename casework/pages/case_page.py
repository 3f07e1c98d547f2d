"""What the page of any case shows: where the road stands, whose turn it is, what may be done, what has happened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils import timezone

from casework.deadlines.remaining import WHOLE, held_for, left
from casework.kinds import spec_of
from casework.models import Attachment, Case, Event
from casework.pages.hands import all_leads, others_words
from casework.pages.timeline import QUOTED, given_in_words, is_file, timeline, trail, who_did
from casework.services.attachments import may_replace, may_withdraw
from casework.workflow.circuits import Circuit, Obstacle, Transition, circuit_of, word_for
from casework.workflow.prefetched import read_events
from casework.workflow.signing import Content, Signing, signing_of
from casework.workflow.turns import Turn, turn_of
from casework.workflow.undecided import readable
from organizations.access import has_in_menu
from organizations.actor import Actor
from organizations.enums import Role
from organizations.requests import ActorRequest
from ui.dates import monthday

# What every kind can lay before who decides: how the case was last sent back; what is signed, whole or as far as it
# differs from what he signed before
RETURNED = "returned"
SIGNED = {"signed": "casework/signed.html", "differences": "casework/differences.html"}


class Milestone(NamedTuple):
    """One state of the main way."""

    label: str
    note: str
    css: str
    is_current: bool


class Act(NamedTuple):
    """A step as the page offers it; `leads`: where it leads and who is told, in words."""

    name: str
    label: str
    url: str
    refusals: list[str]
    hint: str
    css: str
    is_back: bool
    leads: str


class Mending(NamedTuple):
    """What is to be done before the step that is asked for: the words of the button, and where it leads."""

    label: str
    url: str


class Returned(NamedTuple):
    """How a case was sent back: what was said, how it is classed, which rows of the plan it points at."""

    event: Event
    label: str
    reason: str
    kinds: str
    pointed: list[str]


def acts(case: Case, actor: Actor, turn: Turn) -> tuple[list[Act], list[Mending]]:
    """Return the offers, and what must be done first.

    What the queue asks for stands first and is the main button; where something stands in its way that this person can
    mend, mending is. Then the possible ones, forward before back. What answers something that nobody asked is left out.
    """
    offers = [offer for offer in circuit_of(case).offers(case, actor) if not offer.is_moot]
    asked = turn.asked if turn.is_mine else None
    offers.sort(key=lambda offer: (offer.transition != asked, not offer.is_open, offer.transition.back))
    leads = all_leads(case, [offer.transition for offer in offers if offer.is_open], actor)
    found, mendings = [], []
    for offer in offers:
        t, is_asked = offer.transition, offer.transition == asked
        css = "btn-stop" if t.back and offer.is_open else "btn-primary" if is_asked and offer.is_open else "btn-plain"
        url = url_of_step(case, t)
        found.append(Act(t.name, t.label, url, offer.refusals, t.hint, css, t.back, leads.get(t.name, "")))
        if is_asked:
            mendings = mendings_of(case, actor, offer.obstacles)
    return found, mendings


def url_of_step(case: Case, transition: Transition) -> str:
    """Return where a step is taken: its form, or the page of its own that its kind has for it."""
    own = spec_of(case.kind).page.own_pages.get(transition.name)
    return reverse(own, args=[case.pk]) if own else reverse("step", args=[case.pk, transition.name])


def mendings_of(case: Case, actor: Actor, obstacles: Iterable[Obstacle]) -> list[Mending]:
    """Return what this person can do about what stands in the way, each once, in the order of the checks."""
    mends = spec_of(case.kind).page.mends
    found = [mends[obstacle.check](case, actor) for obstacle in obstacles if obstacle.check in mends]
    by_page = {url: Mending(words, url) for words, url in reversed([one for one in found if one is not None])}
    return list(reversed(by_page.values()))  # what two checks lack on one page is one button, in the first one's words


def last_return(case: Case, events: list[Event]) -> Returned | None:
    """Return how the case was last sent back, if it still is: the newest step that stands is one back."""
    circuit, taken_back = circuit_of(case), {event.note.get("withdraws") for event in events}
    for event in reversed(events):
        transition = circuit.by_name.get(event.name)
        moves = transition is not None and (transition.target is not None or transition.holder is not None)
        if transition is None or not moves or event.seq in taken_back:
            continue
        return _returned(event) if transition.back and case.is_open else None
    return None


def unanswered_return(case: Case, events: list[Event]) -> Returned | None:
    """Return how the case was last sent back, until it has come further on the road than where it was sent back from.

    Who decides on it anew reads what was asked for; a plan that was approved meanwhile is not returned any more.
    """
    circuit, before, found = circuit_of(case), "", None
    place = {state: n for n, state in enumerate(circuit.roads)}
    for event in events:
        transition = circuit.by_name.get(event.name)
        if transition is not None and transition.back:
            found, came_from = event, place.get(before, len(place))
        elif found is not None and place.get(event.state, -1) > came_from:
            found = None
        before = event.state
    return _returned(found) if found is not None else None


def _returned(event: Event) -> Returned:
    given = event.note.get("given", {})
    pointed = [str(row["name"]) for row in given.get("measures", [])]
    return Returned(event, event.label, event.reason, "、".join(given.get("return_kind", [])), pointed)


def _so_long(since: date | None) -> str:
    """Say for how long somebody has had a case, as the end of a sentence."""
    held = held_for(since)
    return "今天到手" if since and held == held_for(timezone.localdate()) else f"已 {held}"


def road(case: Case, events: list[Event], circuit: Circuit, role: Role | None) -> list[Milestone]:
    """Return the main way with the day each state was last entered; a state off the road stands where it was left.

    What was undone by a return has no day any more, and what its reader calls by one word stands there once.
    """
    states, words = list(circuit.roads), {state: circuit.word(state, role).label for state in circuit.roads}
    reached, here, since = _reached(states, events)
    once: dict[str, int] = {}  # word -> its place: the last one that the case has come to, else the first
    for n, state in enumerate(states):
        if n <= here or words[state] not in once:
            once[words[state]] = n
    milestones = []
    for n in sorted(once.values()):
        done, current = n < here or (n == here and not case.is_open), n == here and case.is_open
        day = since if current else reached.get(n) if done else None
        label = circuit.word(case.state, role).label if current else words[states[n]]
        css = "did" if done else "near" if abs(n - here) == 1 else ""
        milestones.append(Milestone(label, f"{day:%m-%d}" if day else "", css, current))
    return milestones


def _reached(states: list[str], events: list[Event]) -> tuple[dict[int, date], int, date | None]:
    """Return the day on which each place of the road was entered and still holds, where the case stands, since when."""
    reached: dict[int, date] = {}
    here, since, before = 0, None, ""
    for event in events:
        if event.state != before:
            here, since, before = states.index(event.state) if event.state in states else here, event.day, event.state
            later = {place for place in reached if place > here or (place == here and event.state in states)}
            reached = {place: day for place, day in reached.items() if place not in later}
            reached.setdefault(here, event.day)
    return reached, here, since


class Statement(NamedTuple):
    """What somebody said when he took a step, with the files he handed in."""

    event: Event
    who: str
    text: str
    more: list[str]
    files: list[Attachment]


def statements(case: Case, actor: Actor, *names: str) -> list[Statement]:
    """Return the newest word of each of these steps, in the order they were taken, without those taken back."""
    events = readable(case, read_events(case), actor)
    taken_back = {event.note.get("withdraws") for event in events}
    last = {event.name: event for event in events if event.name in names and event.seq not in taken_back}
    files = {file.pk: file for file in Attachment.objects.filter(case=case, removed_at=None).order_by("pk")}
    found = []
    for event in sorted(last.values(), key=lambda event: event.seq):
        given: dict[str, Any] = event.note.get("given", {})
        quote = next((str(given[name]) for name in QUOTED if given.get(name)), "")
        keys = [f["id"] for value in given.values() if isinstance(value, list) for f in value if is_file(f)]
        theirs = [files[key] for key in keys if key in files]
        found.append(Statement(event, who_did(event, actor), quote, given_in_words(given, quote, actor), theirs))
    return found


def briefs(case: Case, actor: Actor, transition: Transition, content: Content | None = None) -> dict[str, Any]:
    """Return what a step lays before whoever decides: the templates in order, and what they are drawn with.

    `content`: what is signed, where it has been worked out already.
    """
    page = spec_of(case.kind).page
    read = page.briefing(case, actor) if page.briefing and transition.shows else {}
    returned = unanswered_return(case, read_events(case)) if RETURNED in transition.shows else None
    content = transition.signs(case) if transition.signs and content is None else content
    return {
        **read,
        "briefs": [page.briefs.get(name) or SIGNED[name] for name in transition.shows if name != RETURNED],
        "signing": _signing(case, actor, transition, content, read.get("signed_files")) if content else None,
        "returned": returned,
        "returned_by": who_did(returned.event, actor) if returned else "",
    }


def _signing(case: Case, actor: Actor, transition: Transition, content: Content, files: Any) -> Signing:
    """Lay what is signed beside what this person signed before by the same step, or by another that signs the same."""
    names = {line.name for line in circuit_of(case).transitions if line.signs == transition.signs}
    return signing_of(content, read_events(case), actor.user_id, names, files)


def desk_url(case: Case, actor: Actor) -> str:
    """Return the page of the case in the admin, for whom the admin is there."""
    if not has_in_menu("admin:index")(actor) or spec_of(case.kind).admin is None:
        return ""
    content = spec_of(case.kind).stored_as._meta
    return reverse(f"admin:{content.app_label}_{content.model_name}_change", args=[case.pk])


def _files(case: Case, actor: Actor, files: list[Attachment]) -> dict[str, Any]:
    """Return the files of a case, newest versions and former ones, and what this person may do with which."""
    replaced = {file.replaces_id for file in files}
    return {
        "files": [file for file in files if file.pk not in replaced],
        "unsearched": sum(1 for file in files if not file.is_searched),
        "former_files": [file for file in files if file.pk in replaced],
        "withdrawable": {file.pk for file in files if may_withdraw(file, actor, case)},
        "replaceable": {file.pk for file in files if may_replace(file, actor, case)},
    }


def case_context(request: ActorRequest, case: Case) -> dict[str, Any]:
    """Return what templates/casework/case_page.html needs for any kind of case."""
    actor: Actor = request.actor
    circuit = circuit_of(case)
    events = read_events(case)
    turn = turn_of(case, actor)
    offered, mendings = acts(case, actor, turn)
    files = list(Attachment.objects.filter(case=case, removed_at=None).order_by("pk"))
    last, returned = events[-1], last_return(case, events)
    lines = trail(case, events, actor, {file.pk: file for file in files})
    transition = circuit.by_name.get(last.name)
    may_take_back = transition is not None and transition.withdrawable and "before_step" in last.note
    can_withdraw = may_take_back and last.post_id == actor.post.pk
    return {
        "case": case,
        "content": case.content,
        "word": word_for(case, actor),
        "road": road(case, events, circuit, actor.role),
        "offers": offered,
        "mendings": mendings,
        "open_offers": [a for a in offered if not a.refusals],
        "refused_offers": [a for a in offered if a.refusals],
        "turn": turn,
        "returned": returned,
        "returned_by": who_did(returned.event, actor) if returned else "",
        "holder": others_words(case, turn),
        "held_for": f"{monthday(case.holder_since)} 起，{_so_long(case.holder_since)}" if case.holder_unit_id else "",
        "step_left": left(case.step_due_on),
        "due_left": left(case.due_on, of=WHOLE, has_clock=spec_of(case.kind).has_clock(case)),
        "trail": lines,
        "timeline": timeline(case, lines, actor),
        **_files(case, actor, files),
        "seen": case.last_seq,
        "editable": circuit.editable(case, actor),
        "can_withdraw": can_withdraw,
        "desk_url": desk_url(case, actor),
        "last_label": last.label,
        "can_attach": bool(case.is_open and (offered or circuit.editable(case, actor))),
    }

"""What is shown of a closure: its conditions, what the head signed, the check on site, the publicity, objections."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from casework.models import Attachment, Case, Event
from casework.workflow.circuits import Guard, circuit_of
from casework.workflow.inputs import Statement
from casework.workflow.prefetched import events_of
from organizations.actor import Actor
from organizations.enums import INSPECTED
from organizations.models import Unit
from rectification import facts
from rectification.enums import REPORTED_DONE, WORKING, Channel, State
from rectification.pages.mends import MENDS
from rectification.querysets import REVIEWERS
from rectification.workflow import closing, guards, publicity

BRIEFS = {
    name: f"rectification/briefs/{name}.html"
    for name in ("conditions", "acceptance", "site", "publicity", "objections")
}


class Condition(NamedTuple):
    """One of the conditions of a closure: what still lacks, and where that is mended; `later`: it is not time yet."""

    label: str
    lacks: list[str]
    mend: tuple[str, str] | None = None
    later: str = ""

    @property
    def is_met(self) -> bool:
        return not self.lacks and not self.later


# 不予销号情形 (docs/domain/process.md 2.5), turned round, in its order: what it says, the guards that look
CONDITIONS: tuple[tuple[str, tuple[Guard, ...]], ...] = (
    ("每条措施都有佐证", (guards.every_measure_has_evidence,)),
    ("佐证形成于问题发现以后，没有用于别的问题", (guards.no_evidence_is_refused,)),
    ("措施全部完成", (guards.every_measure_is_done,)),
    ("公示期满", (guards.publicity_is_over,)),
    ("公示异议都已处理，没有成立的", (guards.no_objection_waits, guards.no_objection_upheld)),
    ("长期坚持的到了复核日期", (guards.review_has_come,)),
    ("单位主要负责人签字", (guards.signed_by_head,)),
    ("没有待批的延期申请", (guards.no_extension_pending,)),
)
# what stands of an earlier publicity is over as soon as the closure is asked for anew, and is not the unit's to mend
OF_PUBLICITY = {guards.publicity_is_over: "公示时算起", guards.no_objection_waits: "公示时登记、处理"}


def conditions(case: Case, actor: Actor) -> list[Condition]:
    """Return what a closure asks for, all together, in the order of the regulation, with where each is mended."""
    if case.state not in WORKING | REPORTED_DONE:
        return []
    is_public = State.PUBLICITY in circuit_of(case).roads
    found = []
    for label, checks in CONDITIONS:
        if checks[0] in OF_PUBLICITY and not is_public:
            continue
        if checks[0] is guards.no_evidence_is_refused and actor.role not in REVIEWERS:
            continue  # the unit never sees a warning
        later = _later(case, checks[0])
        asked = () if later or _is_so_anyway(case, checks[0]) else checks
        lacks = [(check, said) for check in asked if (said := check(case))]
        ways = [way for check, _ in lacks if check in MENDS and (way := MENDS[check](case, actor))]
        found.append(Condition(label, [said for _, said in lacks], next(iter(ways), None), later))
    return found


def _is_so_anyway(case: Case, check: Guard) -> bool:
    """Say whether it need not be asked: no warning was ever found, or the case has come past its publicity."""
    if check is guards.no_evidence_is_refused:
        return not getattr(case, "has_warnings", True)
    return check is guards.publicity_is_over and case.state == State.FINAL_REVIEW


def _later(case: Case, check: Guard) -> str:
    """Say when it is time to ask for a condition; nothing where it is."""
    if check in OF_PUBLICITY and case.state in WORKING | {State.SUPERVISION}:
        return OF_PUBLICITY[check]
    return "申请销号时签字" if check is guards.signed_by_head and case.state in WORKING else ""


class Site(NamedTuple):
    """The check on site."""

    day: str
    place: str
    persons: list[str]
    opinion: str
    no_photos: str
    photos: list[Attachment]


class Published(NamedTuple):
    """The publicity that is, or was last."""

    since: date
    until: date | None
    channels: str
    text: str
    contact: str
    secrecy_review: str


class Signed(NamedTuple):
    """A statement as it is to be signed, or was, with the word given to it."""

    text: str
    word: str
    asks: str = ""


def last_standing(case: Case, name: str) -> Event | None:
    """Return the newest event of a step that was not taken back."""
    events = events_of(case)
    taken_back = {event.note.get("withdraws") for event in events}
    return next((e for e in reversed(events) if e.name == name and e.seq not in taken_back), None)


def _given(event: Event | None) -> dict[str, Any]:
    return event.note.get("given", {}) if event else {}


def read_closure(case: Case, actor: Actor, *, to_sign: bool = False) -> dict[str, Any]:
    """Return what the chain of a closure has so far.

    Args:
        to_sign: lay before who signs what he will sign, with the words of the last time.
    """
    asked, site, public = (last_standing(case, name) for name in ("request_closure", "endorse", "publish"))
    signed = _given(asked).get("statements", [])
    before = {one["code"]: one["word"] for one in signed}
    statements = (
        [_to_sign(one, before) for one in closing.standards()]
        if to_sign and case.state in WORKING
        else [Signed(one["text"], one["word"]) for one in signed]
    )
    return {
        "statements": statements,
        "signed": None if to_sign and case.state in WORKING else asked,
        "site": _site(case, _given(site)) if "checked_on" in _given(site) else None,
        "published": _published(case, _given(public), actor) if public and case.content.published_on else None,
        "is_public": case.content.published_on is not None,
        "objections": publicity.objections_of(case),
        "is_inside": actor.role not in INSPECTED,
        "withdrawn": last_standing(case, "closure_withdrawn"),
    }


def read_notice(case: Case, actor: Actor) -> dict[str, Any]:
    """Return what the notice of a closure says besides the case: its course, who got a copy, whether it stands."""
    shown = read_closure(case, actor)
    course = []
    if shown["signed"]:
        course.append(f"{shown['signed'].day:%Y-%m-%d} 单位自验，主要负责人签字申请销号")
    if site := shown["site"]:
        course.append(f"{site.day} 行业主管部门两人现场核查（{site.place}）")
    if public := facts.publicity(case):
        objected = f"，收到异议 {len(shown['objections'])} 件，均已处理" if shown["objections"] else "，没有收到异议"
        course.append(f"{public} 公示{objected}")
    for name, words in (("verify", "市委依法治市办核验"), ("close", "市委依法治市办审定，同意销号")):
        if (event := last_standing(case, name)) is not None:
            course.append(f"{event.day:%Y-%m-%d} {words}")
    names = Unit.objects.filter(pk__in=closing.copied(case)).order_by("place")
    return {
        "course": course,
        "copied": [unit.name_on(case.closed_on or case.since) for unit in names],
        "withdrawn": last_standing(case, "closure_withdrawn"),
    }


def _to_sign(one: Statement, before: dict[str, str]) -> Signed:
    return Signed(one.text, before.get(one.code, ""), one.asks)


def _site(case: Case, given: dict[str, Any]) -> Site:
    keys = [file["id"] for name in ("site_photos", "files") for file in given.get(name, [])]
    photos = Attachment.objects.filter(case=case, pk__in=keys, removed_at=None).order_by("pk") if keys else ()
    return Site(
        given["checked_on"],
        given["checked_at"],
        [given["checker_one"], given["checker_two"]],
        given.get("opinion", ""),
        given.get("no_photos", ""),
        list(photos),
    )


def _published(case: Case, given: dict[str, Any], actor: Actor) -> Published:
    """Return the publicity; who in the office looked it through is not said to the unit."""
    words = dict(Channel.choices)
    return Published(
        case.content.published_on,
        publicity.ends(case),
        "、".join(str(words.get(one, one)) for one in given.get("channel", [])),
        given.get("publicity_text", ""),
        given.get("contact", ""),
        "" if actor.role in INSPECTED else given.get("secrecy_review", ""),
    )

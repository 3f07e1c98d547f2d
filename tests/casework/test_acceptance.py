"""The acceptance tests that speak of refusing (docs/acceptance.md), asked at all four doors.

The page of a step, the admin, several cases at once, and a forged form: the same set-up for who is refused and for who
is not, so that a refusal is for the right reason.
"""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from casework.models import Attachment, Case, Event
from inspections.models import Finding
from organizations.enums import Role
from organizations.models import Post
from rectification.enums import RECTIFICATION, State
from rectification.models import Rectification
from tests.factories import a_post
from tests.rectification.scenes import D, H, L, S, Scene, at, in_days, workday_in

pytestmark = pytest.mark.django_db
BATCH = f"/cases/batch/{RECTIFICATION}/"
DESK = f"/admin/rectification/{RECTIFICATION}/"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
EVERY_DOOR = ("page", "admin", "batch", "forged")


class Made(NamedTuple):
    """A case that can be closed now, one that is being remedied, one that waits for the word on its extension."""

    ready: Scene
    working: Scene
    asked: Scene


@pytest.fixture(scope="module")
def made(made_once: Any) -> Made:
    def make() -> Made:
        ready, working, asked = at(State.FINAL_REVIEW), at(State.REMEDYING), at(State.REMEDYING)
        ready.take("verify", S, opinion="佐证齐全")
        asked.take("ask_extension", L, asked_due_on=in_days(100), reason="汛期停工")
        asked.take("sign_extension", H, commitment=True)
        return Made(ready, working, asked)

    return made_once(make)  # type: ignore[no-any-return]


def enter(post: Post) -> Client:
    client = Client()
    client.force_login(post.user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["post"] = post.pk
    session.save()
    return client


def everything(scene: Scene) -> dict[str, Any]:
    """What stands of a case, of its content and of its finding: every column, and how long the trail is."""
    card = Case.objects.values().get(pk=scene.pk)
    content = Rectification.objects.values().get(pk=scene.pk)
    finding = Finding.objects.filter(pk=content["finding_id"]).values("statement", "case__severity", "case__state")
    return {**card, **content, **finding.get(), "trail": Event.objects.filter(case_id=scene.pk).count()}


def through(door: str, client: Client, case: Case, name: str, given: dict[str, Any]) -> tuple[int, str]:
    """Try a step through one door with all that its form may hold; return the status and the words of the answer."""
    step = f"/cases/{case.pk}/steps/{name}/"
    several = {"case": case.pk, "step": name, "apply": "1", f"seen-{case.pk}": case.last_seq, "back": "/"}
    several |= {f"{field}-{case.pk}": value for field, value in given.items()}  # what is said of each
    answer: Any = client.get(step)
    shown = {"seen": case.last_seq, **dict(HIDDEN.findall(answer.content.decode()))}
    if door == "page":  # as a browser goes: only a form that the page shows is sent
        if answer.status_code == 200:
            answer = client.post(step, {**shown, **given})
    elif door == "admin":
        answer = client.post(DESK, {"action": f"step_{RECTIFICATION}_{name}", "_selected_action": case.pk})
        if answer.status_code == 302 and answer["Location"].startswith("/cases/"):
            led = answer["Location"]
            answer = client.get(led)
            if 'name="apply"' in answer.content.decode():
                answer = client.post(led, {**several, **given})
    elif door == "batch":
        answer = client.post(BATCH, {**several, **given})
    else:
        answer = client.post(step, {**shown, "state": State.CLOSED, "is_open": "", **given})
    return answer.status_code, unescape(re.sub(r"\s+", " ", answer.content.decode()))


# what a person of the unit may be after: to close, to wave away, to have no clock, to move the deadline
AFTER: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("ready", "close", {"opinion": "同意"}),
    ("working", "uphold_dispute", {"reason": "不办了"}),
    ("working", "make_long_term",
     {"stage_goal": "半年见效", "next_review_on": 40, "expected_on": 80, "reason": "长抓"}),
    ("working", "suspend", {"next_review_on": 40, "reason": "另案处理"}),
    ("asked", "grant_extension", {"granted_due_on": 100}),
)  # fmt: skip


def in_days_of(given: dict[str, Any]) -> dict[str, Any]:
    return {name: in_days(value) if isinstance(value, int) else value for name, value in given.items()}


@pytest.mark.accepts(3, *EVERY_DOOR)
@pytest.mark.parametrize("role", [L, H])
def test_the_people_of_a_unit_neither_close_nor_waive_nor_move_a_deadline(role: Role, made: Made) -> None:
    before = {name: everything(getattr(made, name)) for name in Made._fields}

    for where, step, given in AFTER:
        scene: Scene = getattr(made, where)
        client = enter(scene.people.posts[role])
        for door in EVERY_DOOR:
            status, _ = through(door, client, scene.case, step, in_days_of(given))
            assert status in {302, 403, 404, 409}, (step, door, status)

    assert {name: everything(getattr(made, name)) for name in Made._fields} == before
    office = enter(made.ready.people.posts[D])
    through("page", office, made.ready.case, "close", {"opinion": "同意"})
    through("page", office, made.asked.case, "grant_extension", {"granted_due_on": in_days(100)})
    assert (made.ready.case.state, made.asked.case.due_on) == (State.CLOSED, workday_in(100))


@pytest.mark.accepts(3, *EVERY_DOOR)
def test_the_people_of_a_unit_grade_nothing_anew_and_their_own_forms_hold_nothing_more(made: Made) -> None:
    """A form of their own with fields that belong to the office: what it may hold is taken, the rest is not there."""
    scene, finding = made.working, made.working.case.content.finding_id
    client, before = enter(scene.people.posts[L]), everything(scene)
    slipped = {
        "severity": 1, "topic": "", "state": State.CLOSED, "is_open": "", "due_on": in_days(400),
        "closed_on": in_days(0), "original_due_on": in_days(400), "step_due_on": in_days(400),
        "subkind": "long_term", "is_lead": "",
    }  # fmt: skip

    answers = {
        "page": client.get(f"/findings/{finding}/amend/"),
        "forged": client.post(f"/findings/{finding}/amend/", {"seen": 1, **slipped}),
        "admin": client.post(f"/admin/inspections/finding/{finding}/change/", slipped),
        "admin of cards": client.post(f"/admin/casework/case/{scene.pk}/change/", slipped),
    }
    said = {"note_progress": "已成立专班", "percent": "40"}
    through("forged", client, scene.case, "report_progress", slipped | said)
    client.post(BATCH, {"case": scene.pk, "step": "sign", "apply": "1", "back": "/", **slipped})

    assert {door: answer.status_code in {302, 403, 404} for door, answer in answers.items()} == dict.fromkeys(
        answers, True
    )
    after = everything(scene)
    moved = {name for name, value in after.items() if value != before[name]}
    assert moved == {"trail", "last_seq"}
    assert after["trail"] == before["trail"] + 1


LOGGED, ASKED_FOR = "本问题由您录入，须由其他人员审定", "本件由您申请销号，须由其他人员办理"


def now_director(scene: Scene, event: dict[str, Any]) -> Post:
    """Who took this step before has come to the office, and would close."""
    user = Event.objects.get(**event).post.user
    Post.objects.filter(user=user).update(to_on=in_days(-1))
    return a_post(D, scene.people.posts[D].unit, user=user, from_on=in_days(0))


@pytest.mark.accepts(4, *EVERY_DOOR)
def test_who_logged_the_finding_or_comes_from_the_unit_does_not_close(made: Made) -> None:
    scene = made.ready
    before, finding = everything(scene), scene.case.content.finding_id
    people = {
        LOGGED: now_director(scene, {"case_id": finding, "seq": 1}),
        ASKED_FOR: now_director(scene, {"case_id": scene.pk, "name": "request_closure"}),
    }

    said = {
        (sentence, door): sentence in through(door, enter(post), scene.case, "close", {"opinion": "同意"})[1]
        for sentence, post in people.items()
        for door in EVERY_DOOR
    }

    assert said == {(sentence, door): True for sentence in people for door in EVERY_DOOR}
    assert everything(scene) == before
    through("batch", enter(scene.people.posts[D]), scene.case, "close", {"opinion": "同意"})
    assert scene.case.state == State.CLOSED


@pytest.mark.accepts(5, *EVERY_DOOR)
def test_no_deadline_is_set_to_a_day_gone_by(made: Made) -> None:
    director = enter(made.working.people.posts[D])
    until = {"stage_goal": "半年见效", "expected_on": in_days(80), "reason": "长抓"}
    before = everything(made.working), everything(made.asked)

    for door in EVERY_DOOR:
        for off in (-1, 0):
            gone = {**until, "next_review_on": in_days(off)}
            status, words = through(door, director, made.working.case, "make_long_term", gone)
            assert (status in {200, 422}, f"须在 {in_days(0):%Y-%m-%d} 以后" in words) == (True, True), (door, status)
        status, words = through(door, director, made.asked.case, "grant_extension", {"granted_due_on": in_days(-1)})
        assert status in {200, 404, 422}, (door, status)

    assert (everything(made.working), everything(made.asked)) == before
    through("batch", director, made.working.case, "make_long_term", {**until, "next_review_on": in_days(40)})
    assert made.working.case.state == State.LONG_TERM


@pytest.mark.accepts(8, *EVERY_DOOR)
def test_who_is_appointed_later_sees_and_acts_and_who_has_left_does_not(made: Made) -> None:
    scene, unit = made.working, made.working.people.posts[D].unit
    new = enter(a_post(D, unit, from_on=in_days(0)))
    gone = a_post(D, unit, from_on=in_days(-90), to_on=in_days(0))
    left = enter(gone)
    assert left.get(f"/rectifications/{scene.pk}/").status_code == 200
    Post.objects.filter(pk=gone.pk).update(to_on=in_days(-1))
    before = everything(scene)
    given = {"next_review_on": in_days(40), "reason": "另案处理"}

    seen = {
        door: (client.get(url).status_code == 200, through(door, left, scene.case, "suspend", given)[0] in {302, 403})
        for door, url, client in (
            ("page", f"/rectifications/{scene.pk}/", new),
            ("admin", f"{DESK}{scene.pk}/change/", new),
            ("batch", f"{BATCH}?case={scene.pk}", new),
            ("forged", f"/cases/{scene.pk}/steps/suspend/", new),
        )
    }

    assert seen == dict.fromkeys(EVERY_DOOR, (True, True))
    assert everything(scene) == before
    through("page", new, scene.case, "suspend", given)
    assert scene.case.state == State.SUSPENDED


def left_behind() -> tuple[Any, ...]:
    folder = Path(settings.MEDIA_ROOT)
    places = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.exists() else []
    files = [str(path) for path in places if path.parent.name != ".reading"]  # the places of those who read
    return Attachment.objects.count(), Event.objects.count(), files


@pytest.mark.accepts(2, *EVERY_DOOR)
def test_a_refused_file_leaves_no_trace_through_any_door(made: Made) -> None:
    """Also where a door takes no files at all: what is sent there is not stored either."""
    scene = made.working
    people = {"page": L, "forged": L, "admin": S, "batch": D}
    asked = {"page": "ask_extension", "forged": "ask_extension", "admin": "verify", "batch": "suspend"}
    given = {
        "asked_due_on": in_days(100), "reason": "汛期停工", "next_review_on": in_days(-1), "opinion": "佐证齐全",
    }  # fmt: skip
    before = left_behind()

    for door in EVERY_DOOR:
        program = SimpleUploadedFile("佐证.pdf", b"MZ\x90\x00" + bytes(60))
        through(door, enter(scene.people.posts[people[door]]), scene.case, asked[door], {**given, "files": program})
    stranger = enter(scene.people.posts[L])
    stranger.post(f"/cases/{scene.pk}/attach/", {"files": SimpleUploadedFile("说明.pdf", b"MZ\x90\x00")})

    assert left_behind() == before
    assert scene.case.content.asked_due_on is None

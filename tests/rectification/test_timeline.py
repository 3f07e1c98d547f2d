"""经过: one line of time of a case, with what touched it from elsewhere, and its finding's own history set off."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone

from casework.models import Notice
from casework.workflow import engine
from organizations.enums import Role
from rectification.enums import State
from rectification.services import judge
from tests.closures import SIGNED
from tests.factories import TopicFactory, a_call, a_post, acting
from tests.rectification.scenes import D, L, S, Scene, at
from tests.rectification.test_questions import questions
from tests.words import spoken

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def lived(made_once: Any) -> Scene:
    """A case that was called for, judged and sent back, and whose finding was corrected meanwhile."""

    def make() -> Scene:
        scene = at(State.REMEDYING)
        a_call(scene.case)
        scene.take("report_progress", L, note_progress="已成立专班", percent=30)
        finding = scene.case.content.finding.case
        engine.amend(finding, scene.who(S), {"is_common": True})
        engine.amend(finding, scene.who(S), {"topic_id": TopicFactory(code="B07", name="行政复议").pk})
        scene.take("request_closure", Role.UNIT_HEAD, **SIGNED)
        judge(scene.measures[0], scene.who(Role.INDUSTRY_REVIEWER), "not_done", "台账缺 3 份")
        scene.do("return_by_supervisor", scene.who(Role.INDUSTRY_REVIEWER), reason="台账缺 3 份，请补齐")
        return scene

    return made_once(make)  # type: ignore[no-any-return]


def shown(page: Any) -> tuple[list[str], list[str]]:
    """The entries of the line of time, newest first, and those of the time before, each as it is read."""
    source = page.content.decode()
    line = source[source.index('id="s-trail"') :]
    own, _, before = line.partition('class="qy-before"')
    entries = lambda html: [" ".join(spoken(one).split()) for one in re.findall(r"<li class=.*?</li>", html, re.S)]
    return entries(own), entries(before)


def test_everything_stands_on_one_line_newest_first(lived: Scene, signed_in: Any) -> None:
    own, before = shown(signed_in(lived.who(S)).get(lived.case.get_absolute_url()))

    told = [next(word for word in WORDS if word in entry) for entry in own if any(word in entry for word in WORDS)]
    assert told == WORDS
    returned = next(entry for entry in own if "请补齐" in entry)
    assert "台账缺 3 份" in returned
    assert f"知悉：{lived.case.unit}（" in returned
    assert "签发" in next(entry for entry in own if "签字申请销号" in entry)
    assert [entry.split()[2] for entry in before] == FOUND


WORDS = ["退回补充", "认定措施 1：不到位", "签字申请销号", "行政复议", "共性", "报送进展", "进展调度", "建立整改"]
FOUND = ["反馈单位", "确认问题", "审核通过，报办公室", "交组长审核", "上传附件", "建立问题"]


def test_a_unit_reads_no_history_of_its_finding_and_of_notices_its_own(lived: Scene, signed_in: Any) -> None:
    stranger = acting(a_post(Role.UNIT_LIAISON))
    last = lived.case.events.latest("seq")
    Notice.objects.create(case=lived.case, post=stranger.post, text="抄送", at=last.at)

    theirs, before = shown(signed_in(lived.who(L)).get(lived.case.get_absolute_url()))
    ours, _ = shown(signed_in(lived.who(S)).get(lived.case.get_absolute_url()))

    assert before == []
    assert str(stranger.post.unit) not in " ".join(theirs)
    assert str(stranger.post.unit) in " ".join(ours)
    assert ["共性" in " ".join(entries) for entries in (theirs, ours)] == [False, True]
    assert [sum("行政复议" in entry for entry in entries) for entries in (theirs, ours)] == [
        1,
        1,
    ]  # it is the case's too


def test_a_long_one_is_folded_and_asks_as_much_as_a_short_one(lived: Scene, signed_in: Any) -> None:
    window, address = signed_in(lived.who(D)), lived.case.get_absolute_url()
    short = window.get(address)
    assert questions(window, address) == QUERIES
    for n in range(30):
        engine.note(lived.case, lived.who(S), "attach", f"补记 {n}", reason="备查")
        Notice.objects.create(case=lived.case, post=a_post(Role.CITY_LEADER), text="阅", at=timezone.now())
    for n in range(3):
        topic = TopicFactory(code=f"B1{n}", name=f"第 {n} 类")
        engine.amend(lived.case.content.finding.case, lived.who(S), {"topic_id": topic.pk})

    long = window.get(address)

    assert questions(window, address) == QUERIES
    assert [len(shown(page)[0]) > 20 for page in (short, long)] == [False, True]
    assert [page.content.decode().count('<details class="qy-fold"') for page in (short, long)] == [0, 1]


QUERIES = 21

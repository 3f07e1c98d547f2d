"""The chain of a closure: what the head signs, the check on site, the publicity, the number, the notice."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casework.errors import NotPermittedError, RefusedError
from casework.models import Case, Event, Grant, Notice
from casework.workflow import trail
from casework.workflow.inputs import Statement, unsigned
from organizations.enums import Role
from organizations.models import Post
from rectification.enums import State
from rectification.models import AcceptanceStandard, Objection, PaperWarning, Rectification
from rectification.services import withdraw_closure
from tests.closures import PUBLISHED, SIGNED, an_objection, standards
from tests.factories import UnitFactory, a_look_back, a_post, acting, prepare
from tests.rectification.scenes import D, H, L, R, S, Scene, at, in_days, today
from ui.errors import DomainError

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def scenes(made_once: Any) -> dict[Any, Scene]:
    """A case at each station of the chain, and a second one that waits for the decision."""
    stations = (State.REMEDYING, State.SUPERVISION, State.PUBLICITY, State.FINAL_REVIEW, State.CLOSED)
    return made_once(lambda: {state: at(state) for state in stations} | {"second": at(State.FINAL_REVIEW)})  # type: ignore[no-any-return]


@pytest.fixture
def signed_in_as(client: Client, scenes: Any) -> Any:
    def enter(scene: Scene, role: Role) -> Client:
        client.force_login(scene.people.posts[role].user)
        return client

    return enter


# ---------- 单位自验 ----------


def test_the_head_signs_each_statement_and_what_he_signed_stays_as_it_read(scenes: Any) -> None:
    scene = scenes[State.REMEDYING]
    scene.take("request_closure", H)

    AcceptanceStandard.objects.filter(code="YS1").update(text="改过的标准")

    kept = Event.objects.get(case_id=scene.pk, name="request_closure").note["given"]["statements"]
    assert kept == [
        {"code": "YS1", "text": "措施全部落实", "word": ""},
        {"code": "YS2", "text": "建立长效机制", "word": "庆市发〔2026〕8 号"},
    ]


@pytest.mark.parametrize(
    ("signed", "lacking"),
    [
        ([{"code": "YS1", "text": "措施全部落实", "word": ""}], "建立长效机制"),
        ([SIGNED["statements"][0], SIGNED["statements"][1] | {"word": " "}], "建立长效机制"),
        ([SIGNED["statements"][0] | {"text": "另一句话"}, SIGNED["statements"][1]], "措施全部落实"),
    ],
    ids=["one is missing", "without its word", "reworded meanwhile"],
)
def test_what_is_not_signed_whole_is_refused(scenes: Any, signed: Any, lacking: str) -> None:
    with pytest.raises(DomainError, match=f"还没有签字或者没有写明：{lacking}$"):
        scenes[State.REMEDYING].take("request_closure", H, **(SIGNED | {"statements": signed}))

    assert scenes[State.REMEDYING].case.state == State.REMEDYING


def test_a_statement_reworded_after_the_page_was_shown_is_not_signed_unread() -> None:
    shown, now = Statement("YS1", "措施全部落实"), Statement("YS1", "措施和要求全部落实")

    assert shown.field != now.field
    assert unsigned([now], [shown.signed()]) == [now]
    assert unsigned([shown], [shown.signed()]) == []


def test_the_page_of_the_signature_has_every_statement_and_takes_them(scenes: Any, signed_in_as: Any) -> None:
    scene = scenes[State.REMEDYING]
    prepare(scene.case, "request_closure", scene.who(L))
    standards()
    client, url = signed_in_as(scene, H), reverse("step", args=[scene.pk, "request_closure"])

    asked = client.get(url)
    page = asked.content.decode()
    keys = [f"statements-{row.to_sign().field}" for row in AcceptanceStandard.objects.order_by("code")]
    sent = {"seen": scene.case.last_seq, "commitment": "on", keys[0]: "on"}
    sent["shown"] = asked.context["form"].standing["shown"]
    halfway = client.post(url, sent)
    done = client.post(url, sent | {keys[1]: "on", f"{keys[1]}-word": "庆市发〔2026〕8 号"})

    assert [page.count(f'name="{key}"') for key in keys] == [1, 1]
    assert sorted(halfway.context["form"].errors) == sorted([keys[1], f"{keys[1]}-word"])
    assert (halfway.status_code, done.status_code, scene.case.state) == (422, 302, State.SUPERVISION)
    shown = client.get(scene.case.get_absolute_url()).content.decode()
    assert "单位主要负责人签字" in shown
    assert "庆市发〔2026〕8 号" in shown


# ---------- 现场核查 ----------


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"checker_two": "王某某，执法监督科科长"}, "两个核查人不能是同一人"),
        ({"checker_two": "王某某（借调），副科长"}, "两个核查人不能是同一人"),
        ({"checker_one": "王某某"}, "核查人请写姓名和职务"),
        ({"checked_on": in_days(1)}, "现场核查日期须在申请销号"),
        ({"checked_on": in_days(-1)}, "现场核查日期须在申请销号"),
        ({"no_photos": ""}, "请上传现场照片；没有照片的，写明原因"),
    ],
)
def test_the_check_on_site_is_by_two_persons_on_a_day_with_photos_or_why_not(
    scenes: Any, said: dict[str, Any], sentence: str
) -> None:
    scene = scenes[State.SUPERVISION]

    with pytest.raises(DomainError, match=sentence):
        scene.take("endorse", R, **said)

    assert scene.case.state == State.SUPERVISION
    assert scene.take("endorse", R).state == State.PUBLICITY


def test_who_checked_on_site_may_write_a_post_with_blanks_in_it(scenes: Any) -> None:
    after = scenes[State.SUPERVISION].take("endorse", R, checker_one="王某某 执法监督科 副科长")

    assert after.state == State.PUBLICITY


# ---------- 公示 ----------


def test_personal_data_is_kept_out_unless_the_office_says_that_it_stays(scenes: Any) -> None:
    scene = scenes[State.SUPERVISION]
    scene.take("endorse", R)
    told = PUBLISHED | {"publicity_text": "已向张建国同志当面说明"}

    with pytest.raises(DomainError, match="像是个人信息：姓名 张建国"):
        scene.take("publish", S, **told)
    scene.take("publish", S, **told, text_checked=True)

    assert scene.case.content.published_on == today()


def test_the_text_is_proposed_from_the_case(scenes: Any, signed_in_as: Any) -> None:
    scene = scenes[State.SUPERVISION]
    scene.take("endorse", R)

    page = signed_in_as(scene, S).get(reverse("step", args=[scene.pk, "publish"]))

    text = str(page.context["form"]["publicity_text"].value())
    row = scene.case.content
    said = (row.case.unit_name, row.finding.statement, row.goal, "1. 措施1：已完成。", "自公示之日起 1 日")
    assert [words for words in said if words not in text] == []


def test_days_before_the_case_was_there_to_be_made_public_are_refused(scenes: Any) -> None:
    scene = scenes[State.SUPERVISION]
    scene.take("endorse", R)

    for on in (in_days(-1), in_days(1)):
        with pytest.raises(DomainError, match="公示起始日期须在"):
            scene.take("publish", S, published_on=on)


def test_an_objection_holds_the_case_until_it_is_answered_and_sends_it_back_when_it_stands(scenes: Any) -> None:
    scene = scenes[State.PUBLICITY]
    said = {"objected_on": today(), "objector": "company", "objection": "清单没有更换"}
    scene.do("record_objection", scene.who(S), **said)

    with pytest.raises(RefusedError, match="公示有 1 件异议没有处理"):
        scene.do("end_publicity", scene.who(S))
    row = Objection.objects.get(case_id=scene.pk)
    answer = {"objection_row": row, "objection_answer": "现场核对过"}
    scene.do("answer_objection", scene.who(S), **answer, objection_outcome="upheld")

    with pytest.raises(RefusedError, match="公示有 1 件异议成立，请退回补充"):
        scene.do("end_publicity", scene.who(S))
    with pytest.raises(RefusedError, match="没有待处理的异议"):
        scene.do("answer_objection", scene.who(S), **answer, objection_outcome="dismissed")
    assert scene.do("uphold_objection", scene.who(S), reason="清单须更换").state == State.SENT_BACK


def test_a_second_publicity_begins_anew(scenes: Any) -> None:
    scene = scenes[State.PUBLICITY]
    an_objection(scene.case, "upheld", days_ago=5)
    scene.do("uphold_objection", scene.who(S), reason="清单须更换")
    scene.take("request_closure", H)
    scene.take("endorse", R)

    assert scene.case.content.published_on is None
    scene.take("publish", S)
    with pytest.raises(RefusedError) as refused:
        scene.do("end_publicity", scene.who(S))
    assert refused.value.reasons == [f"公示要到 {in_days(1)} 才满 1 日"]


# ---------- 文号、通知 ----------


def test_each_closure_has_a_number_of_its_own_and_its_people_are_told(scenes: Any) -> None:
    scene, copied = scenes[State.FINAL_REVIEW], UnitFactory()
    receiver = a_post(Role.UNIT_HEAD, copied)
    Grant.objects.create(case=scene.case.content.feedback, unit=copied, capacity="receive", from_on=in_days(-9))
    scene.take("verify", S, opinion="佐证齐全")
    Notice.objects.all().delete()

    scene.take("close", D)

    number = scene.case.content.closure_number
    other = scenes[State.CLOSED].case.content.closure_number
    assert [re.sub(r"\d+号", "n号", one) for one in (number, other)] == [f"庆法治办督〔{today().year}〕n号"] * 2
    assert number != other
    told = {(notice.post_id, notice.case_id) for notice in Notice.objects.filter(text__contains=number)}
    people = scene.people.posts
    assert {(people[H].pk, scene.pk), (people[L].pk, scene.pk), (people[R].pk, scene.pk)} <= told
    assert (receiver.pk, scene.case.content.feedback_id) in told
    assert receiver.pk not in {post for post, case in told if case == scene.pk}


def test_all_that_a_closure_lacks_is_said_together_with_where_it_is_mended(scenes: Any, signed_in_as: Any) -> None:
    scene = scenes[State.REMEDYING]
    page = signed_in_as(scene, L).get(scene.case.get_absolute_url())

    lacking = {c.label: (c.lacks, c.mend is not None) for c in page.context["conditions"] if c.lacks}

    assert list(lacking) == ["每条措施都有佐证", "措施全部完成"]
    assert all(mended for _, mended in lacking.values())
    assert [c.later for c in page.context["conditions"] if c.later] == [
        "公示时算起", "公示时登记、处理", "申请销号时签字",
    ]  # fmt: skip


def test_what_the_office_lacks_is_said_to_the_office(scenes: Any, signed_in_as: Any) -> None:
    scene = scenes[State.FINAL_REVIEW]
    an_objection(scene.case)
    page = signed_in_as(scene, S).get(scene.case.get_absolute_url())

    (lacks,) = [c for c in page.context["conditions"] if c.lacks]

    assert lacks.lacks == ["公示有 1 件异议没有处理，请先处理异议"]
    assert lacks.mend == ("处理异议", reverse("step", args=[scene.pk, "answer_objection"]))
    refused = signed_in_as(scene, S).get(reverse("step", args=[scene.pk, "verify"])).context["refusals"]
    assert "公示有 1 件异议没有处理，请先处理异议" in refused


def test_a_unit_does_not_read_who_in_the_office_looked_the_publicity_through(scenes: Any, signed_in_as: Any) -> None:
    scene = scenes[State.SUPERVISION]
    scene.take("endorse", R)
    scene.take("publish", S)

    read = [signed_in_as(scene, who).get(scene.case.get_absolute_url()).content.decode() for who in (S, L)]

    assert ["保密审查" in page for page in read] == [True, False]
    assert [PUBLISHED["contact"] in page for page in read] == [True, True]


# ---------- 撤销销号 ----------


def test_a_false_remedy_opens_the_next_round_and_the_closed_one_stays_as_it_was(scenes: Any) -> None:
    scene = scenes[State.CLOSED]
    before = scene.case
    row = Rectification.objects.get(pk=scene.pk)
    copied = a_post(Role.UNIT_HEAD, UnitFactory())
    Grant.objects.create(case=row.feedback, unit=copied.unit, capacity="receive", from_on=in_days(-9))

    following = withdraw_closure(
        before, acting(a_post(S)), found="签到册系补造，三人当日不在岗", relapse_due_on=in_days(30)
    )

    after = scene.case
    assert (following.state, following.content.round, following.content.previous_id) == (State.REMEDYING, 2, scene.pk)
    assert following.number == f"{before.number}-L2"
    assert [m.done_on for m in following.measures.order_by("n")] == [None, None]
    kept = ("state", "closed_on", "opened_on", "due_on", "original_due_on", "is_open", "since", "number")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    assert after.content.closure_number == row.closure_number != ""
    assert following.content.closure_number == ""
    withdrawn = Event.objects.get(case=after, name="closure_withdrawn")
    assert (withdrawn.label, withdrawn.reason) == (
        f"撤销销号（虚假整改），另开第 2 轮 {following.number}",
        "签到册系补造，三人当日不在岗",
    )
    assert Notice.objects.filter(case=row.feedback, post=copied, text__contains="撤销销号").count() == 1
    assert list(trail.verify(Case.objects.filter(pk__in=(scene.pk, following.pk)))) == []


@pytest.mark.parametrize("name", ["request_closure", "endorse", "verify", "close"])
def test_who_had_a_hand_in_a_closure_does_not_withdraw_it(scenes: Any, name: str) -> None:
    scene = scenes[State.CLOSED]
    user = Event.objects.get(case_id=scene.pk, name=name).post.user
    Post.objects.filter(user=user).update(to_on=in_days(-1))

    with pytest.raises(RefusedError, match="须由其他人员回头看"):
        withdraw_closure(
            scene.case,
            acting(a_post(D if name == "verify" else S, user=user)),
            found="补造",
            relapse_due_on=in_days(30),
        )

    assert not Case.objects.filter(rectification__previous=scene.pk).exists()


def test_what_is_not_closed_or_was_followed_or_waits_for_a_look_back_is_not_withdrawn(scenes: Any) -> None:
    staff = lambda: acting(a_post(S))
    given = {"found": "补造", "relapse_due_on": in_days(30)}
    closed = scenes[State.CLOSED]
    with pytest.raises(DomainError, match="只有已销号的可以撤销销号"):
        withdraw_closure(scenes[State.FINAL_REVIEW].case, staff(), **given)
    with pytest.raises(DomainError, match="反弹的须重新挂账，请填今天以后的整改时限"):
        withdraw_closure(closed.case, staff(), **(given | {"relapse_due_on": today()}))
    with pytest.raises(NotPermittedError, match="由市委依法治市办办理"):
        withdraw_closure(closed.case, closed.who(H), **given)

    a_look_back(closed.case)

    with pytest.raises(DomainError, match="已列入回头看，还没有结论"):
        withdraw_closure(closed.case, staff(), **given)


def test_a_withdrawn_closure_says_so_where_it_is_read(scenes: Any, client: Client) -> None:
    scene, office = scenes[State.CLOSED], a_post(S)
    number = scene.case.content.closure_number
    client.force_login(office.user)
    notice, page = reverse("closure-notice", args=[scene.pk]), scene.case.get_absolute_url()
    stands = client.get(notice).content.decode()
    assert (number in stands, "撤销销号" in stands) == (True, False)
    assert reverse("closure-withdraw", args=[scene.pk]) in client.get(page).content.decode()

    sent = {"found": "签到册系补造", "relapse_due_on": str(in_days(30))}
    assert client.post(reverse("closure-withdraw", args=[scene.pk]), sent).status_code == 302

    said = [client.get(url).content.decode() for url in (notice, page)]
    assert ["撤销销号（虚假整改），另开第 2 轮" in text for text in said] == [True, True]
    assert reverse("closure-withdraw", args=[scene.pk]) not in said[1]
    assert client.get(reverse("closure-notice", args=[scenes["second"].pk])).status_code == 404


# ---------- 成批审定 ----------


def test_each_case_decided_together_has_its_warnings_in_view_and_a_reason_of_its_own(
    scenes: Any, client: Client
) -> None:
    cases = [scenes[State.FINAL_REVIEW], scenes["second"]]
    for scene in cases:
        scene.take("verify", S, opinion="佐证齐全")
    said = {
        "rule": "last_minutes",
        "key": "1",
        "raised_at": timezone.now(),
        "said": {"n": 3, "day": "2026-11-27", "began": "17:40"},
    }
    PaperWarning.objects.create(case=cases[0].case, **said)
    director = a_post(D)
    client.force_login(director.user)
    url = reverse("batch", args=["rectification"])
    ticked = {"case": [scene.pk for scene in cases], "step": "close"}

    shown = client.get(url, ticked)
    rows = {row.case.pk: row for row in shown.context["rows"]}
    assert [len(rows[scene.pk].beside) for scene in cases] == [1, 0]
    assert [[field.name for field in rows[scene.pk].fields] for scene in cases] == [
        [f"opinion-{scene.pk}"] for scene in cases
    ]
    sent = ticked | {"apply": "1"} | {f"seen-{scene.pk}": scene.case.last_seq for scene in cases}
    half = client.post(url, sent | {f"opinion-{cases[0].pk}": "同意，提示已核对"})
    assert (half.status_code, cases[0].case.state) == (422, State.FINAL_REVIEW)
    client.post(url, sent | {f"opinion-{scene.pk}": f"同意 {scene.pk}" for scene in cases})

    opinions = [Event.objects.get(case_id=scene.pk, name="close").note["given"]["opinion"] for scene in cases]
    assert opinions == [f"同意 {scene.pk}" for scene in cases]
    assert [scene.case.state for scene in cases] == [State.CLOSED, State.CLOSED]

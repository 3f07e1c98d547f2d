"""A finding is logged whole or not at all; what is wrong is said by field."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from casework.deadlines.working_days import next_workday
from casework.enums import Capacity
from casework.errors import NotPermittedError, RefusedError
from casework.files.uploads import UploadRefusedError
from casework.models import Attachment, Case, Event, Grant, Notice, NumberSeries
from casework.workflow import engine
from inspections import services
from inspections.enums import Kind, Method, RectifyType
from inspections.models import Basis, Campaign, Finding
from organizations.actor import Actor
from organizations.enums import Role
from organizations.models import Unit
from tests.factories import BasisFactory, TopicFactory, UnitFactory, a_post, acting, an_actor
from tests.inspections.people import a_draft_campaign, a_group, a_team_of, days, director, seat_of, staff, under_way
from tests.papers import PDF
from ui.errors import DomainError

pytestmark = pytest.mark.django_db
WORDS = "抽查执法案卷 20 份，其中 3 份未经法制审核即作出处罚决定。"


def a_scene() -> tuple[Campaign, Unit, Actor]:
    """A campaign in fieldwork, a unit of it, and a member of the unit's team."""
    campaign, unit = a_draft_campaign(), UnitFactory(short_name="环县")
    team = a_team_of(campaign, unit, group=a_group())
    return under_way(campaign), unit, seat_of(team)


def log(scene: tuple[Campaign, Unit, Actor], **given: Any) -> Finding:
    campaign, unit, author = scene
    fields: dict[str, Any] = {"statement": WORDS, "method": Method.CASE_FILES} | given
    return services.log_finding(
        fields.pop("actor", author), fields.pop("campaign", campaign), fields.pop("unit", unit), **fields
    )


def a_pdf(name: str = "案卷.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF)


def test_a_finding_comes_with_number_articles_evidence_and_whoever_takes_part() -> None:
    scene = a_scene()
    helper = UnitFactory()

    finding = log(
        scene,
        topic=TopicFactory(),
        citations=[(BasisFactory(), "58", "应当进行法制审核")],
        files=[a_pdf()],
        assisting=[helper],
    )

    team = finding.team
    assert finding.case.number == f"{scene[0].case.number}-0001"
    assert (finding.case.title, finding.case.unit_name, finding.case.state) == (WORDS.rstrip("。"), "环县", "draft")
    assert [str(row) for row in finding.citations.all()] == ["《行政处罚法》第五十八条"]
    assert [file.name for file in Attachment.objects.filter(case=finding.case)] == ["案卷.pdf"]
    assert set(Grant.objects.filter(case=finding.case).values_list("unit", "capacity")) == {
        (team.pk, Capacity.INSPECT),
        (team.group_id, Capacity.COORDINATE),
    }
    assert list(finding.assisting.all()) == [helper]
    assert list(Event.objects.filter(case=finding.case).values_list("name", flat=True)) == ["open", "evidence"]


def test_numbers_follow_one_another_within_the_campaign() -> None:
    scene = a_scene()

    numbers = [log(scene, statement=f"{n} {WORDS}").case.number for n in (1, 2)]

    assert [number[-4:] for number in numbers] == ["0001", "0002"]


@pytest.mark.parametrize(
    ("statement", "title"),
    [
        ("第一句。第二句。", "第一句"), ("没有标点的一句", "没有标点的一句"), ("甲" * 70, "甲" * 60),
        ("甲" * 40 + "，" + "乙" * 40, "甲" * 40), ("第一行\n第二行", "第一行"),
        ("短，" + "长" * 80, "短，" + "长" * 58),
    ],
)  # fmt: skip
def test_a_title_left_out_is_the_first_clause(statement: str, title: str) -> None:
    assert services.title_of(statement) == title


def test_control_characters_go_and_full_width_stays() -> None:
    finding = log(a_scene(), statement="抽查\x00案卷\u200b２０份，\x07未公示。")

    assert finding.statement == "抽查案卷２０份，未公示。"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"statement": "字" * 10_000}, "statement"), ({"statement": " \x00 "}, "statement"),
        ({"discovered_on": days(1)}, "discovered_on"),
        ({"discovered_on": days(-11)}, "discovered_on"), ({"rectify_by": days(0)}, "rectify_by"),
        ({"rectify_by": days(-1)}, "rectify_by"),
        ({"method": "??"}, "method"), ({"source": "elsewhere"}, "source"),
        ({"rectify_type": "R2", "required_measures": "", "severity": 1, "statement": ""}, "statement"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_by_field_and_nothing_is_stored(given: dict[str, Any], field: str) -> None:
    scene = a_scene()

    with pytest.raises(DomainError) as refused:
        log(scene, **given)

    assert list(refused.value.fields) == [field]
    assert not Finding.objects.exists()
    assert not NumberSeries.objects.filter(prefix=scene[0].case.number).exists()


def test_ten_thousand_characters_are_refused_with_both_numbers() -> None:
    with pytest.raises(DomainError, match="问题表述有 10000 个字，最多 4000 个字"):
        log(a_scene(), statement="字" * 10_000)


@pytest.mark.parametrize(
    ("given", "last"),
    [({}, 180), ({"rectify_type": RectifyType.IMMEDIATE}, 30), ({"rectify_type": RectifyType.LONG_TERM}, 365)],
)
def test_a_term_left_out_is_the_usual_one_of_its_type(given: dict[str, Any], last: int) -> None:
    assert log(a_scene(), **given).rectify_by == next_workday(days(last))  # docs/domain/compliance.md 7.1.3


def test_a_unit_of_another_team_is_refused_and_the_own_one_is_not() -> None:
    campaign, mine, theirs = a_draft_campaign(), UnitFactory(), UnitFactory()
    first, _ = a_team_of(campaign, mine), a_team_of(campaign, theirs, name="第二督察组")
    campaign = under_way(campaign)

    with pytest.raises(DomainError, match="不在您组的范围内"):
        log((campaign, theirs, seat_of(first)))
    log((campaign, mine, seat_of(first)))

    assert [case.unit for case in Case.objects.of_kind(Kind.FINDING)] == [mine]


def test_a_unit_that_the_campaign_does_not_inspect_is_refused() -> None:
    campaign, _, author = a_scene()

    with pytest.raises(DomainError) as refused:
        log((campaign, UnitFactory(), author))

    assert list(refused.value.fields) == ["unit"]


def test_another_teams_campaign_is_not_there() -> None:
    campaign, unit, _ = a_scene()
    stranger = a_scene()[2]

    with pytest.raises(NotPermittedError):
        log((campaign, unit, stranger))

    assert not Finding.objects.exists()


@pytest.mark.parametrize(
    "role", [Role.UNIT_LIAISON, Role.UNIT_HEAD, Role.OFFICE_DIRECTOR, Role.CITY_LEADER, Role.EXPERT, Role.SYSTEM_ADMIN]
)
def test_whoever_is_neither_team_nor_office_staff_logs_nothing(role: Role) -> None:
    campaign, unit, _ = a_scene()
    actor = director() if role == Role.OFFICE_DIRECTOR else acting(a_post(role, unit))

    with pytest.raises(NotPermittedError):
        log((campaign, unit, actor))


def test_the_office_cannot_hand_a_unit_to_a_team_that_does_not_inspect_it() -> None:
    campaign, unit, author = a_scene()
    foreign = a_team_of(a_draft_campaign(), UnitFactory())

    with pytest.raises(DomainError, match="不由第一督察组督察"):
        log((campaign, unit, staff()), team=foreign)
    finding = log((campaign, unit, staff()), team=campaign.teams.get())

    assert (finding.team_id, finding.case.holder_unit_id) == (author.unit_id, author.unit_id)


def test_before_and_after_fieldwork_nothing_is_logged() -> None:
    campaign, unit = a_draft_campaign(), UnitFactory()
    author = seat_of(a_team_of(campaign, unit))
    with pytest.raises(DomainError, match="筹备中"):
        log((campaign, unit, author))

    campaign = under_way(campaign)
    engine.perform(campaign.case, "begin_feedback", staff())

    with pytest.raises(DomainError, match="反馈整改中"):
        log((campaign, unit, author))


def test_the_office_logs_without_a_team_and_somebody_else_confirms() -> None:
    campaign, unit, _ = a_scene()
    author, colleague = staff(), staff()
    finding = log(
        (campaign, unit, author), topic=TopicFactory(), citations=[(BasisFactory(), "58", "")], files=[a_pdf()]
    )

    engine.perform(finding.case, "submit_to_office", author)
    with pytest.raises(RefusedError, match="须由其他人员确认"):
        engine.perform(finding.case, "confirm", author)
    case = engine.perform(finding.case, "confirm", colleague)

    assert (finding.team, case.state) == (None, "confirmed")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (lambda unit: {"assisting": [unit]}, "assisting"), (lambda unit: {"supervisor": unit}, "supervisor"),
        (lambda unit: {"supervisor": UnitFactory()}, "supervisor"),
    ],
)  # fmt: skip
def test_the_responsible_unit_neither_assists_nor_supervises_itself(given: Any, field: str) -> None:
    scene = a_scene()
    Unit.objects.filter(pk=scene[1].pk).update(is_industry_supervisor=True)
    unit = Unit.objects.get(pk=scene[1].pk)

    with pytest.raises(DomainError) as refused:
        log(scene, unit=unit, **given(unit))

    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("when", [{"in_force_from": days(1)}, {"repealed_on": days(-1)}])
def test_a_basis_that_was_not_in_force_on_the_day_is_refused(when: dict[str, Any]) -> None:
    basis = Basis.objects.create(code="FL77", name="某条例", short_name="某条例", **when)
    scene = a_scene()

    with pytest.raises(DomainError, match="某条例"):
        log(scene, citations=[(basis, "第三条", "")])
    log(scene, citations=[(BasisFactory(), "第三条", "")])

    assert Finding.objects.count() == 1


def test_a_refused_file_leaves_no_finding() -> None:
    with pytest.raises(UploadRefusedError):
        log(a_scene(), files=[a_pdf(), SimpleUploadedFile("木马.pdf", b"MZ\x90\x00")])

    assert (Finding.objects.count(), Attachment.objects.count()) == (0, 0)


def test_the_same_words_on_the_same_unit_are_a_form_sent_twice() -> None:
    scene = a_scene()
    first = log(scene)

    with pytest.raises(DomainError, match=first.case.number):
        log(scene)
    engine.perform(first.case, "discard", scene[2], reason="写错单位")
    log(scene)

    assert Finding.objects.count() == 2


def test_an_old_finding_bears_the_name_of_its_day() -> None:
    from organizations.services import rename_unit

    campaign, unit = a_draft_campaign(from_on=days(-40), day=days(-40)), UnitFactory(short_name="市大数据局")
    author = Actor(a_team_of_then(campaign, unit), days(-30))
    for name, who in (("submit", staff()), ("approve", director())):
        engine.perform(campaign.case, name, Actor(who.post, days(-35)), day=days(-35))
    finding = log((Campaign.objects.get(pk=campaign.pk), unit, author), day=days(-30))

    rename_unit(unit, name="庆阳市数据局", short_name="市数据局", on=days(-5), actor=None)
    later = log((campaign, Unit.objects.get(pk=unit.pk), seat_of(finding.team)), statement="另一个问题。")

    assert (Case.objects.get(pk=finding.pk).unit_name, later.case.unit_name) == ("市大数据局", "市数据局")


def a_team_of_then(campaign: Campaign, unit: Unit) -> Any:
    """A team formed 40 days ago; return the member's post."""
    from inspections.services import Seat
    from tests.inspections.people import a_person

    seats = [Seat(a_person(), "leader"), Seat(a_person(), "member")]
    team = services.form_team(None, campaign, "第一督察组", seats=seats, units=[unit], day=days(-40))
    return team.members.get(duty="member").post


def test_leaders_are_told_of_a_grave_finding_when_it_is_fed_back_and_of_no_other() -> None:
    leader = a_post(Role.CITY_LEADER)
    for severity, n in ((3, 1), (1, 0)):
        scene = a_scene()
        finding = log(
            scene, severity=severity, topic=TopicFactory(), citations=[(BasisFactory(), "58", "")], files=[a_pdf()]
        )
        for name, who in (
            ("submit", scene[2]),
            ("approve", seat_of(finding.team, "leader")),
            ("confirm", staff()),
            ("feed_back", staff()),
        ):
            engine.perform(finding.case, name, who)

        told = [notice.case for notice in Notice.objects.filter(post=leader, case__rectification__finding=finding)]
        assert len(told) == n
        assert all(
            Case.objects.visible_to(acting(leader)).filter(pk=case.pk).exists() for case in told
        )  # what one is told of opens


def test_an_unknown_role_of_the_city_sees_no_draft() -> None:
    finding = log(a_scene())

    assert not Finding.objects.visible_to(an_actor(Role.CITY_LEADER)).exists()
    assert not Finding.objects.visible_to(acting(a_post(Role.UNIT_HEAD, finding.case.unit))).exists()

"""Dictionaries in the admin: an entry in use is retired, never deleted; each says who changed it last.

Walks every dictionary that is registered; the rows are those of the two sides (tests/house/world.py).
"""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from casework.models import CalendarDay, Case, Event, HolidayYear, StepLimit, Topic
from casework.services import recompute_deadlines
from inspections.models import Basis, Citation
from organizations.admin_site import DictionaryAdmin
from organizations.enums import Role
from organizations.models import Unit
from organizations.services import amend_unit
from rectification.enums import State
from rectification.models import AcceptanceStandard, PaperRule, Rectification, RootCause
from results.models import ScoreRule, ScoreScheme
from tests.factories import a_rectification, acting
from tests.house.world import World

pytestmark = pytest.mark.django_db


def a_used_topic() -> Topic:
    return Case.objects.filter(kind="rectification", topic__parent__isnull=False)[0].topic


def a_written_cause() -> RootCause:
    """The root cause that a plan names."""
    return RootCause.objects.get(pk=Rectification.objects.exclude(cause=None)[0].cause_id)


def a_used_day() -> CalendarDay:
    year = HolidayYear.objects.create(year=2031, source="国办发明电")
    return CalendarDay.objects.create(day="2031-01-01", is_workday=False, name="元旦", loaded_with=year)


def a_scheme_in_force() -> ScoreScheme:
    today = timezone.localdate()
    return ScoreScheme.objects.create(name="考评", version="2", from_on=today, total=100, source="拟")


def a_rule_in_force() -> ScoreRule:
    return ScoreRule.objects.create(scheme=a_scheme_in_force(), code="R9", tier=1, situation="迟报", points=1, cap=5)


# an entry of each dictionary that something rests on, made by hand: a dictionary without a line here fails
USED: dict[type, Any] = {
    Topic: a_used_topic,
    Basis: lambda: Citation.objects.first().basis,  # type: ignore[union-attr]
    PaperRule: lambda: PaperRule.objects.create(name="same_file"),
    StepLimit: lambda: StepLimit.objects.create(kind="rectification", state="suspended", n=9),
    CalendarDay: a_used_day,
    RootCause: lambda: a_written_cause(),
    AcceptanceStandard: lambda: AcceptanceStandard.objects.create(code="YS9", text="资料归档"),
    ScoreScheme: a_scheme_in_force,
    ScoreRule: a_rule_in_force,
}
DICTIONARIES = [model for model, desk in admin.site._registry.items() if isinstance(desk, DictionaryAdmin)]


def writer(world: World, model: Any) -> Any:
    return world.clients[next(iter(sorted(admin.site._registry[model].writers)))]  # type: ignore[attr-defined]


def url_of(entry: Any, what: str) -> str:
    return reverse(f"admin:{entry._meta.app_label}_{entry._meta.model_name}_{what}", args=[entry.pk])


@pytest.mark.parametrize("model", DICTIONARIES, ids=lambda model: model._meta.label)
def test_an_entry_in_use_is_not_deleted_however_it_is_asked(world: World, model: Any) -> None:
    entry, client = USED[model](), writer(world, model)

    asked = client.get(url_of(entry, "delete"))
    sent = client.post(url_of(entry, "delete"), {"post": "yes"})
    ticked = client.post(
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"),
        {"action": "delete_selected", "_selected_action": entry.pk, "post": "yes"},
    )

    assert model.objects.filter(pk=entry.pk).exists()
    assert 'name="post"' not in asked.content.decode()
    assert sent.status_code in {404, 409}
    assert ticked.status_code == 302


def test_a_topic_in_use_says_why_and_how_it_is_retired(world: World) -> None:
    topic = a_used_topic()

    page = world.clients[Role.SYSTEM_ADMIN].post(url_of(topic, "delete"), {"post": "yes"}).content.decode()

    assert "正在使用，没有删除" in page
    assert "去掉“在用”" in page


def test_what_was_entered_by_mistake_is_deleted_and_its_year_counted_anew(world: World) -> None:
    mistake = CalendarDay.objects.create(day="2031-03-03", is_workday=False, name="写错")
    client = world.clients[Role.OFFICE_STAFF]

    asked = client.get(url_of(mistake, "delete"))
    client.post(url_of(mistake, "delete"), {"post": "yes"})
    assert CalendarDay.objects.filter(pk=mistake.pk).exists()  # not from the page that says what it will do
    client.post(url_of(mistake, "delete"), {"_sure": sure(asked)})

    assert (asked.status_code, "在办的件没有一件的期限变动" in asked.content.decode()) == (200, True)
    assert not CalendarDay.objects.filter(pk=mistake.pk).exists()
    assert LogEntry.objects.filter(object_id=str(mistake.pk), action_flag=3).exists()


def test_who_changed_an_entry_last_stands_on_the_first_page_in_the_list_and_in_its_history(world: World) -> None:
    topic, client = a_used_topic(), world.clients[Role.SYSTEM_ADMIN]
    before = client.get(reverse("admin:casework_topic_changelist")).content.decode()

    given = {"code": topic.code, "name": "改过的名称", "parent": topic.parent_id, "is_in_use": "on"}
    client.post(url_of(topic, "change"), given | {"_sure": sure(client.post(url_of(topic, "change"), given))})
    name = str(world.posts[Role.SYSTEM_ADMIN].user)
    first = client.get(reverse("admin:index")).content.decode()
    listed = client.get(reverse("admin:casework_topic_changelist"), {"q": "改过的名称"}).content.decode()
    history = client.get(url_of(topic, "history")).content.decode()

    assert f'data-label="最后改动人" class="qy-wide">{name}</td>' not in before
    assert f"{name}，" in first
    assert [name in page.split("<main")[1] for page in (listed, history)] == [True, True]


def sure(asked: Any) -> str:
    """Return the mark of the page that says what will happen."""
    return re.findall(r'name="_sure" value="(\w+)"', asked.content.decode())[0]


def typed(client: Any, entry: Any, changed: dict[str, str]) -> dict[str, Any]:
    """Return what the form of an entry sends when some of its fields were changed."""
    form = client.get(url_of(entry, "change")).context["form"]
    given = {name: form[name].value() for name in form.fields} | changed
    return {name: "on" if one is True else one for name, one in given.items() if one not in (None, "", False)}


def waiting() -> Case:
    """Return a rectification that is to be signed for."""
    return a_rectification(State.SIGN)


def a_limit_in_use() -> StepLimit:
    waiting()
    return StepLimit.objects.update_or_create(kind="rectification", state=State.SIGN, defaults={"n": 3})[0]


def a_future_scheme() -> ScoreScheme:
    tomorrow = timezone.localdate() + timedelta(1)
    scheme = ScoreScheme.objects.create(name="考评", version="3", from_on=tomorrow, total=100, source="拟")
    ScoreRule.objects.create(scheme=scheme, code="R8", tier=1, situation="迟报", points=1, per="件", cap=5)
    return scheme


def a_rest_day() -> CalendarDay:
    return CalendarDay.objects.create(day=waiting().step_due_on, is_workday=False, name="停工")


def a_far_day() -> CalendarDay:
    waiting()
    return CalendarDay.objects.create(day="2031-03-03", is_workday=False)


# of each dictionary an entry that may be changed, the change, what the page says of it: said by hand; None: nothing
# rests on the entry, so that nothing is asked
CHANGED: dict[type, tuple[Any, dict[str, str], str | None]] = {
    Topic: (a_used_topic, {"name": "改过的名称"}, "还用在：办理卡片"),
    Basis: (lambda: a_cited_basis(), {"short_name": "改过"}, "还用在："),
    RootCause: (lambda: a_written_cause(), {"name": "改过的根源"}, "还用在：整改"),
    PaperRule: (lambda: PaperRule.objects.create(name="same_file", title="同一文件"), {"words": "座谈会"}, None),
    AcceptanceStandard: (lambda: AcceptanceStandard.objects.create(code="YS9", text="归档"), {"text": "已归档"}, None),
    StepLimit: (a_limit_in_use, {"n": "40"}, "本步期限"),
    CalendarDay: (a_rest_day, {"is_workday": "on"}, "上班由“空”改为“是”"),
    ScoreScheme: (a_future_scheme, {"source": "试行"}, "还用在：计分规则 1 条"),
    ScoreRule: (lambda: a_future_scheme().rules.get(), {"points": "2"}, None),
}


@pytest.mark.parametrize("model", DICTIONARIES, ids=lambda model: model._meta.label)
def test_a_change_says_what_rests_on_it_before_it_is_saved_and_names_the_post(world: World, model: Any) -> None:
    make, changed, says = CHANGED[model]
    entry, client = make(), writer(world, model)
    sent, before = typed(client, entry, changed), LogEntry.objects.count()
    post = world.posts[next(iter(sorted(admin.site._registry[model].writers)))]  # type: ignore[attr-defined]

    asked = client.post(url_of(entry, "change"), sent)
    if says is not None:
        page = asked.content.decode()
        assert (says in page, "还没有办" in page, "期限" in page) == (True, True, True)
        assert LogEntry.objects.count() == before
        back = client.post(url_of(entry, "change"), sent | {"_back": "1"})
        assert [back.context["form"][name].value() for name in changed] == [
            {"on": True}.get(value, value) for value in changed.values()
        ]
        assert (back.status_code, LogEntry.objects.count()) == (200, before)
        client.post(url_of(entry, "change"), sent | {"_sure": sure(asked)})

    (line,) = LogEntry.objects.order_by("pk")[before:]
    assert line.change_message.startswith(f"{post.place_on(timezone.localdate())}：改动；")
    assert "改为“" in line.get_change_message()


@pytest.mark.parametrize("role", [Role.OFFICE_STAFF, Role.SYSTEM_ADMIN])
@pytest.mark.parametrize(
    ("make", "changed"),
    [
        (a_limit_in_use, {"n": "40"}),
        (a_limit_in_use, {"n": "1"}),
        (a_far_day, {"day": "in time"}),
    ],
    ids=["a longer limit", "a shorter limit", "a day of rest"],
)
def test_which_cases_move_from_which_day_to_which_is_said_and_comes_true(
    world: World, role: Role, make: Any, changed: dict[str, str]
) -> None:
    days = {"due_on", "original_due_on", "step_due_on"}
    entry, client, post = make(), world.clients[role], world.posts[role]
    if "day" in changed:
        changed = {"day": str(Case.objects.filter(state=State.SIGN, is_open=True)[0].step_due_on)}
    then = {case["pk"]: case for case in Case.objects.filter(is_open=True).values("pk", "last_seq", *days)}
    sent = typed(client, entry, changed)

    asked = client.post(url_of(entry, "change"), sent)
    client.post(url_of(entry, "change"), sent | {"_sure": sure(asked)})

    page, moved = html.unescape(asked.content.decode()), 0
    for case in Case.objects.filter(is_open=True).order_by("pk"):
        was = then[case.pk]
        moves = [name for name in days if getattr(case, name) != was[name]]
        moved += bool(moves)
        assert case.last_seq - was["last_seq"] == bool(moves)
        named = [f"{was[name]} → {getattr(case, name)}" in page for name in moves] + [str(case) in page] * bool(moves)
        assert set(named) <= {role is Role.OFFICE_STAFF}, (case, named)
        if moves:
            assert Event.objects.get(case=case, seq=case.last_seq).post == post
    assert moved > 0
    assert f"在办的件有 {moved} 件的期限变动" in page
    assert (f"其中 {moved} 件不在您的职责范围内，只计数" in page) == (role is Role.SYSTEM_ADMIN)


def test_what_moves_otherwise_since_it_was_read_is_said_again(world: World) -> None:
    limit, client = a_limit_in_use(), world.clients[Role.OFFICE_STAFF]
    sent = typed(client, limit, {"n": "40"})
    mark = sure(client.post(url_of(limit, "change"), sent))
    StepLimit.objects.filter(pk=limit.pk).update(n=5)
    recompute_deadlines.of_limit(StepLimit.objects.get(pk=limit.pk))

    page = client.post(url_of(limit, "change"), sent | {"_sure": mark}).content.decode()

    assert ("您核对以后情况有变" in page, StepLimit.objects.get(pk=limit.pk).n) == (True, 5)


def test_the_script_that_sends_hears_that_a_change_was_asked_for_and_then_accepted_once(world: World) -> None:
    limit, client, token = a_limit_in_use(), world.clients[Role.OFFICE_STAFF], "a-token-of-a-form-01"
    sent = typed(client, limit, {"n": "40"}) | {"_once": token}

    asked = client.post(url_of(limit, "change"), sent)
    saved = client.post(url_of(limit, "change"), sent | {"_sure": sure(asked)})
    n = LogEntry.objects.count()
    again = client.post(url_of(limit, "change"), sent | {"_sure": sure(asked)})

    assert asked.headers.get("QY-Form") == "1"
    assert [one.headers.get("QY-Accepted") for one in (saved, again)] == [token, token]
    assert (saved.headers.get("Location"), LogEntry.objects.count()) == (again.headers.get("Location"), n)


def a_cited_basis() -> Basis:
    return Citation.objects.filter(basis__repealed_on=None)[0].basis


@pytest.mark.parametrize(
    ("make", "role", "field", "value"),
    [
        (a_used_topic, Role.SYSTEM_ADMIN, "is_in_use", ""),
        (a_cited_basis, Role.OFFICE_STAFF, "repealed_on", "2026-01-01"),
        (a_written_cause, Role.OFFICE_STAFF, "is_in_use", ""),
    ],
)
def test_an_entry_in_use_is_set_out_of_use_only_when_told_where_it_is_used(
    world: World, make: Any, role: Role, field: str, value: str
) -> None:
    entry, client = make(), world.clients[role]
    sent = typed(client, entry, {field: value})

    asked = client.post(url_of(entry, "change"), sent)
    still = getattr(type(entry).objects.get(pk=entry.pk), field)
    client.post(url_of(entry, "change"), sent | {"_sure": sure(asked)})

    assert "还用在：" in asked.content.decode()
    assert "停用后这些照旧保留并标明已停用，以后不能再选它" in asked.content.decode()
    assert still == getattr(entry, field)
    assert getattr(type(entry).objects.get(pk=entry.pk), field) != getattr(entry, field)


def test_what_was_loaded_or_changed_on_its_own_page_says_so_in_the_admin(world: World) -> None:
    poster, keeper = world.posts[Role.OFFICE_STAFF], world.posts[Role.SYSTEM_ADMIN]
    loaded = HolidayYear.objects.create(year=2032, source="国办发明电", loaded_by=poster)
    CalendarDay.objects.create(day="2032-01-01", is_workday=False, name="元旦", loaded_with=loaded)
    HolidayYear.objects.create(year=2033, source="国办发明电")
    unit = Unit.objects.filter(is_inspected=True).order_by("pk")[0]
    amend_unit(unit, actor=acting(keeper), code="621099")
    client, who = world.clients[Role.OFFICE_STAFF], 'data-label="最后改动人" class="qy-wide">{}</td>'

    def shown(table: str, words: str) -> str:
        return client.get(reverse(f"admin:{table}_changelist"), {"q": words}).content.decode()

    assert f"{poster.user}，" in client.get(reverse("admin:index")).content.decode()
    assert who.format(poster.user) in shown("casework_holidayyear", "")
    assert who.format("系统（装载命令）") in shown("casework_holidayyear", "")
    assert who.format(poster.user) in shown("casework_calendarday", "元旦")
    history = world.clients[Role.SYSTEM_ADMIN].get(url_of(unit, "history")).content.decode().split("<main")[1]
    assert str(keeper.user) in history
    assert "621099" in history


def test_a_parent_that_is_retired_stays_marked_in_the_form_and_no_other_retired_one_is_offered(world: World) -> None:
    topic = a_used_topic()
    Topic.objects.filter(pk=topic.parent_id).update(is_in_use=False)
    other = Topic.objects.create(code="Z", name="别的旧类别", is_in_use=False)

    page = world.clients[Role.SYSTEM_ADMIN].get(url_of(topic, "change"))
    offered = dict(page.context["form"].fields["parent"].choices)

    assert any("已停用" in str(label) for label in offered.values())
    assert str(other.pk) not in {str(value) for value in offered}
    assert "data-qy-typed" in page.content.decode()

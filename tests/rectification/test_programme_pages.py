"""The pages of a programme: drafted in rows, answered with boxes, reminded of; a refusal keeps what is typed."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from casework.models import Case, Event
from organizations.enums import Role
from rectification.models import ClaimedAspect, Demand, Programme
from tests.factories import BasisFactory, TopicFactory, UnitFactory, a_campaign, an_actor
from tests.programmes import a_programme, claim_of, issued

pytestmark = pytest.mark.django_db
SOON = lambda n: (timezone.localdate() + timedelta(n)).isoformat()


def row(n: int, **given: Any) -> dict[str, Any]:
    """What is typed of one problem."""
    typed = {
        "title": f"第 {n + 1} 个突出问题", "statement": "多个单位不同程度存在。", "demands": "逐项排查\n\n 建立台账 ",
        "topic": TopicFactory().pk, "basis": BasisFactory().pk, "article": "58", "severity": 2, "rectify_type": "R2",
        "rectify_by": SOON(90), "supervisor": "",
    }  # fmt: skip
    return {f"aspects-{n}-{name}": value for name, value in (typed | given).items()}


def typed(campaign: Any, *rows: dict[str, Any]) -> dict[str, Any]:
    head = {"within": campaign.pk, "title": "突出问题整改工作方案", "claim_by": SOON(20), "purpose": "逐项落实"}
    management = {"aspects-TOTAL_FORMS": len(rows), "aspects-INITIAL_FORMS": 0}
    return head | management | {name: value for one in rows for name, value in one.items()}


def test_a_programme_is_drafted_with_its_problems_and_measures_on_one_page(signed_in: Any) -> None:
    unit = UnitFactory()
    campaign, client = a_campaign(units=[unit]), signed_in(an_actor(Role.OFFICE_STAFF))

    answer = client.post("/programmes/new/", typed(campaign, row(0), row(1, demands="公开结果")))

    programme = Programme.objects.get()
    assert answer["Location"] == programme.get_absolute_url()
    assert (programme.case.state, list(programme.units.all())) == ("draft", [unit])
    assert [(one.n, one.content) for one in Demand.objects.order_by("n")] == [
        (1, "逐项排查"), (2, "建立台账"), (3, "公开结果"),
    ]  # fmt: skip
    assert set(programme.aspects.values_list("article", flat=True)) == {"第五十八条"}


def test_what_a_rule_refuses_stands_beside_the_row_and_nothing_typed_is_lost(signed_in: Any) -> None:
    campaign, client = a_campaign(), signed_in(an_actor(Role.OFFICE_STAFF))

    answer = client.post("/programmes/new/", typed(campaign, row(0), row(1, rectify_by=SOON(3))))

    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "第 2 方面：整改时限" in page
    assert answer.context["rows"].forms[1].errors["rectify_by"]
    assert "第 2 个突出问题" in page
    assert not Programme.objects.exists()


def test_a_draft_is_written_anew_and_an_issued_programme_is_not(signed_in: Any) -> None:
    unit = UnitFactory()
    programme, client = a_programme([unit]), signed_in(an_actor(Role.OFFICE_STAFF))
    url, sent = f"{programme.get_absolute_url()}edit/", typed(programme.case.within, row(0))
    programme.case.refresh_from_db()

    client.post(url, sent | {"seen": programme.case.last_seq})

    assert list(programme.aspects.values_list("title", flat=True)) == ["第 1 个突出问题"]
    issued(programme)
    assert client.get(url).status_code == 409
    assert client.post(url, sent).status_code in {409, 422}
    assert programme.aspects.count() == 1


def test_a_unit_ticks_what_concerns_it_or_says_why_nothing_does(signed_in: Any) -> None:
    unit = UnitFactory()
    programme = issued(a_programme([unit]))
    case, client = claim_of(programme, unit), signed_in(an_actor(Role.UNIT_LIAISON, unit))
    aspect = programme.aspects.get(n=1)
    url, demand = f"{case.get_absolute_url()}answer/", aspect.demands.get(n=2)

    bare = client.post(url, {"seen": case.last_seq, "why": ""})
    answer = client.post(url, {"seen": case.last_seq, f"a{aspect.pk}": [demand.pk], "why": "其余不涉及"})

    assert (bare.status_code, "没有认领任何方面的，请写明理由" in unescape(bare.content.decode())) == (422, True)
    assert answer["Location"] == case.get_absolute_url()
    assert [list(one.demands.all()) for one in ClaimedAspect.objects.all()] == [[demand]]
    assert Case.objects.get(pk=case.pk).state == "answered"


def test_a_forged_box_of_another_programme_claims_nothing(signed_in: Any) -> None:
    unit = UnitFactory()
    mine, other = issued(a_programme([unit])), issued(a_programme([UnitFactory()]))
    case, client = claim_of(mine, unit), signed_in(an_actor(Role.UNIT_LIAISON, unit))
    aspect, strange = mine.aspects.get(n=1), Demand.objects.filter(aspect__programme=other)[0]

    answer = client.post(
        f"{case.get_absolute_url()}answer/", {"seen": case.last_seq, f"a{aspect.pk}": [strange.pk], "why": "不涉及"}
    )

    assert answer.status_code == 422
    assert not ClaimedAspect.objects.exists()


def test_a_forged_unit_whose_key_no_database_holds_is_no_unit(signed_in: Any) -> None:
    campaign, client = a_campaign(), signed_in(an_actor(Role.OFFICE_STAFF))

    answer = client.post("/programmes/new/", typed(campaign, row(0)) | {"units": ["9" * 40]})

    assert (answer.status_code, bool(answer.context["form"].errors["units"])) == (422, True)


def test_the_office_reminds_from_the_page_of_the_programme(signed_in: Any) -> None:
    programme, client = issued(a_programme([UnitFactory(), UnitFactory()])), signed_in(an_actor(Role.OFFICE_STAFF))

    page = unescape(client.get(programme.get_absolute_url()).content.decode())
    client.post(f"{programme.get_absolute_url()}remind/", {})

    assert "提醒未认领的 2 个单位" in page
    assert Event.objects.filter(name="remind").count() == 2
    assert "提醒未认领的" not in unescape(client.get(programme.get_absolute_url()).content.decode())

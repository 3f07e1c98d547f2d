"""What was handed over stays: evidence that others judge cannot be taken out, and nothing is closed without it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from casework.errors import RefusedError
from casework.models import Attachment, Case, Event
from casework.services import attachments
from casework.workflow import engine
from organizations.actor import Actor
from organizations.enums import Role
from rectification.enums import Judge, State, Verdict
from rectification.pages import read_briefs
from rectification.services import Filed, complete_measure, judge
from rectification.workflow import guards
from rectification.workflow.verdicts import standing
from tests.closures import SIGNED
from tests.factories import Cast, a_rectification, acting, attach, prepare
from tests.papers import PDF
from tests.rectification.scenes import workday_in
from ui.errors import DomainError

pytestmark = pytest.mark.django_db


def piece_of(case: Case) -> Attachment:
    return Attachment.objects.filter(measures__case=case).order_by("pk")[0]


def test_evidence_is_taken_out_while_the_unit_has_the_case() -> None:
    case = a_rectification(State.REMEDYING)
    people = Cast(case)
    liaison = people(Role.UNIT_LIAISON)
    piece = attach(case, liaison)

    attachments.withdraw_file(piece, acting(piece.uploaded_by), "传错了")

    assert Attachment.objects.get(pk=piece.pk).removed_at is not None


def test_evidence_that_was_handed_over_stays() -> None:
    case = a_rectification(State.FINAL_REVIEW)
    piece = piece_of(case)

    with pytest.raises(DomainError, match="不能撤"):
        attachments.withdraw_file(piece, acting(piece.uploaded_by), "不想给看")

    assert Attachment.objects.get(pk=piece.pk).removed_at is None


def test_what_a_decided_dispute_rested_on_stays_and_what_came_after_it_may_be_taken_out() -> None:
    case = a_rectification(State.CLAIM)
    people = Cast(case)
    liaison = people(Role.UNIT_LIAISON)
    proof = attach(case, liaison)
    engine.perform(case, "dispute", liaison, reason="非本单位职责", files=[proof])
    engine.perform(Case.objects.get(pk=case.pk), "dismiss_dispute", people(Role.OFFICE_DIRECTOR), reason="属本单位职责")
    later = attach(Case.objects.get(pk=case.pk), liaison)

    with pytest.raises(DomainError, match="不能撤"):
        attachments.withdraw_file(proof, acting(proof.uploaded_by), "不想给看")
    attachments.withdraw_file(later, acting(later.uploaded_by), "传错了")

    assert [Attachment.objects.get(pk=file.pk).removed_at is None for file in (proof, later)] == [True, False]


def test_nothing_is_verified_or_closed_when_its_evidence_is_gone() -> None:
    case = a_rectification(State.FINAL_REVIEW)
    people = Cast(case)
    Attachment.objects.filter(case=case).update(removed_at="2026-11-01T00:00:00+08:00")

    for name, role in (("verify", Role.OFFICE_STAFF), ("close", Role.OFFICE_DIRECTOR)):
        with pytest.raises(RefusedError) as refused:
            engine.perform(case, name, people(role), opinion="同意")
        assert any("还没有佐证" in reason for reason in refused.value.reasons)


def test_nothing_is_added_to_a_closed_case() -> None:
    case = a_rectification(State.CLOSED)
    people = Cast(case)
    with pytest.raises(DomainError, match="已办结"):
        attachments.attach(case, people(Role.OFFICE_STAFF), SimpleUploadedFile("补.pdf", PDF))


def test_a_measure_completed_twice_by_the_same_form_is_completed_once() -> None:
    case = a_rectification(State.REMEDYING)
    liaison, measure = Cast(case)(Role.UNIT_LIAISON), case.measures.order_by("n")[0]
    before = Attachment.objects.filter(case=case).count()

    for _ in range(2):
        complete_measure(
            measure,
            liaison,
            result="案卷已复核",
            done_on=case.opened_on,
            filed=[Filed(SimpleUploadedFile("复核记录.pdf", PDF))],
        )

    assert Attachment.objects.filter(case=case).count() == before + 1
    assert Event.objects.filter(case=case, name="measure_done").count() == 1
    assert measure.verdicts.count() == 1


# ---- handed over: never taken out, only replaced


@pytest.mark.parametrize("way_back", ["returned", "taken back"])
def test_what_was_handed_over_is_replaced_by_a_new_version_and_judged_anew(way_back: str) -> None:
    case = a_rectification(State.REMEDYING)
    people = Cast(case)
    prepare(case, "request_closure", people(Role.UNIT_LIAISON))
    engine.perform(case, "request_closure", people(Role.UNIT_HEAD), **SIGNED)
    piece, measure = piece_of(case), case.measures.order_by("n")[0]
    if way_back == "returned":
        judge(measure, people(Role.OFFICE_STAFF), Verdict.DONE)
        engine.perform(case, "send_back", people(Role.OFFICE_STAFF), reason="第 2 条佐证不够")
    else:
        engine.withdraw(case, people(Role.UNIT_HEAD), reason="还要补充")

    with pytest.raises(DomainError, match="不能撤，可以换新版本"):
        attachments.withdraw_file(piece, people(Role.UNIT_LIAISON), "不想给看")
    new = attachments.replace_file(piece, people(Role.UNIT_LIAISON), SimpleUploadedFile("签名版.pdf", PDF), "补了签名")

    fresh = Case.objects.get(pk=case.pk)
    assert [file.pk for file in measure.standing_evidence()] == [new.pk]
    assert Attachment.objects.get(pk=piece.pk).removed_at is None
    assert [key for key in standing(fresh) if key == (measure.pk, Judge.OFFICE)] == []
    assert guards.judged_done_by_office(fresh) == "第 1、2 条措施还没有认定，请在“措施、佐证与认定”处认定"


def test_a_file_is_replaced_by_who_put_it_there_once_and_by_another_file() -> None:
    case = a_rectification(State.REMEDYING)
    people = Cast(case)
    liaison, head = people(Role.UNIT_LIAISON), people(Role.UNIT_HEAD)
    piece = attach(case, liaison, "甲")
    other = attach(case, liaison, "乙")

    def refusal(file: Attachment, actor: Actor, bytes_: bytes) -> str:
        with pytest.raises(DomainError) as refused:
            attachments.replace_file(file, actor, SimpleUploadedFile("佐证.pdf", bytes_), "换")
        return refused.value.message

    same = PDF + "% 乙\n".encode()
    assert refusal(piece, head, PDF) == "只有上传人可以在本件在自己手上时换新版本"
    assert refusal(piece, liaison, same) == "本件已经有完全相同的“佐证.pdf”，没有换"
    attachments.replace_file(piece, liaison, SimpleUploadedFile("佐证.pdf", PDF), "换")
    assert refusal(piece, liaison, PDF + b"%3") == "“佐证.pdf”已经换过新版本，请在新版本上再换"
    assert set(Attachment.objects.standing().filter(case=case, name="佐证.pdf")) >= {other}


def test_the_page_offers_a_new_version_and_keeps_the_former_one(signed_in: Callable[[Actor], Client]) -> None:
    case = a_rectification(State.REMEDYING)
    liaison = Cast(case)(Role.UNIT_LIAISON)
    piece = attach(case, liaison)
    client, page = signed_in(liaison), case.get_absolute_url()
    offered = client.get(page).content.decode()

    sent = {"files": SimpleUploadedFile("签名版.pdf", PDF), "reason": "补了签名"}
    answer = client.post(f"/attachments/{piece.pk}/replace/", sent, follow=True).content.decode()

    assert f"/attachments/{piece.pk}/replace/" in offered
    assert "已换成“签名版.pdf”" in answer
    assert "旧版本 1 件" in answer
    assert client.get(piece.get_absolute_url()).status_code == 200


# ---- before the decision


SECRET_OPINION, SECRET_WORD = "第二份案卷的签名像是后补的", "卷宗缺骑缝章"


def read_by_the_unit(case: Case, client: Client, liaison: Actor) -> dict[str, str]:
    """Return what every road to a case shows to its unit, by road."""
    pages = {name: client.get(url) for name, url in {
        "the case": case.get_absolute_url(), "the first page": "/", "waiting": "/waiting/", "notices": "/notices/",
        "the ledger": "/rectifications/", "search": f"/search/?q={SECRET_OPINION[:6]}",
        "the other search": f"/search/?q={SECRET_WORD[:4]}",
    }.items()}  # fmt: skip
    found = {name: page.content.decode() for name, page in pages.items()}
    card = Case.objects.get(pk=case.pk)
    found["the briefs"] = str(read_briefs(card, liaison))
    sheet = b"".join(client.get("/rectifications/?export=xlsx"))
    rows = load_workbook(io.BytesIO(sheet)).active.iter_rows(values_only=True)
    found["the ledger's sheet"] = str(list(rows))
    late = {"seen": 1, "reason": "还要补充", "commitment": "on"}
    found["who was first"] = client.post(f"/cases/{case.pk}/steps/request_closure/", late).content.decode()
    return found


@pytest.mark.parametrize("lets_them", [False, True])
def test_the_unit_reads_the_offices_verdict_and_opinion_when_it_is_decided(
    lets_them: bool, signed_in: Callable[[Actor], Client], settings: Any
) -> None:
    settings.UNITS_READ_ALONG = lets_them
    case = a_rectification(State.FINAL_REVIEW)
    people = Cast(case)
    liaison, staff = people(Role.UNIT_LIAISON), people(Role.OFFICE_STAFF)
    measures = list(case.measures.order_by("n"))
    judge(measures[0], staff, Verdict.PARTLY, SECRET_WORD, lacking=SECRET_WORD, supply_by=workday_in(1))
    for measure in measures:
        judge(measure, staff, Verdict.DONE, SECRET_WORD)
    engine.perform(case, "verify", staff, opinion=SECRET_OPINION)
    client = signed_in(liaison)

    undecided = read_by_the_unit(case, client, liaison)
    engine.perform(Case.objects.get(pk=case.pk), "close", people(Role.OFFICE_DIRECTOR), opinion="同意")
    decided = client.get(case.get_absolute_url()).content.decode()

    telling = {name for name, said in undecided.items() if SECRET_OPINION in said or SECRET_WORD in said}
    assert telling == ({"the case", "the briefs"} if lets_them else set())
    assert ("作出决定后显示" in undecided["the case"]) != lets_them
    assert (SECRET_OPINION in decided, SECRET_WORD in decided) == (True, True)

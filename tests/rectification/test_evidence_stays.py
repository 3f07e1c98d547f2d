"""What was handed over stays: evidence that others judge cannot be taken out, and nothing is closed without it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from casework.errors import RefusedError
from casework.models import Attachment, Case, Event
from casework.services import attachments
from casework.workflow import engine
from organizations.enums import Role
from rectification.enums import State
from rectification.services import complete_measure
from tests.factories import Cast, a_rectification, acting, attach
from tests.papers import PDF
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
            files=[SimpleUploadedFile("复核记录.pdf", PDF)],
        )

    assert Attachment.objects.filter(case=case).count() == before + 1
    assert Event.objects.filter(case=case, name="measure_done").count() == 1
    assert measure.verdicts.count() == 1

"""A file that the unit has filed before is pointed at instead of uploaded again, asked once; each use is known."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from casework.enums import MaterialKind, Secrecy
from casework.models import Attachment, Case
from casework.services import attachments
from rectification import services
from rectification.enums import State, Verdict
from rectification.models import PaperWarning, Proof
from rectification.services import Filed, judge
from rectification.workflow.verdicts import standing
from tests.papers import PDF
from tests.rectification.scenes import H, L, R, Scene, at, today
from ui.errors import DomainError

pytestmark = pytest.mark.django_db
Two = tuple[Scene, Scene]
QUESTIONS = 12
RECORD = PDF + b"% the record of the first case"


@pytest.fixture(scope="module")
def two(made_once: Any) -> Two:
    """Two cases of one unit under way; the first has a record among its evidence."""

    def made() -> Two:
        first = at(State.REMEDYING)
        second = at(State.REMEDYING, unit=first.case.unit)
        file_it(first, SimpleUploadedFile("复核记录.pdf", RECORD), kind=MaterialKind.LEDGER, formed_on=today())
        return first, second

    found: Two = made_once(made)
    return found


def file_it(scene: Scene, file: Any, n: int = 0, **given: Any) -> None:
    filed = [Filed(file, **given)]
    services.complete_measure(scene.measures[n], scene.who(L), result="已复核", done_on=today(), filed=filed)


def record(scene: Scene) -> Attachment:
    return Attachment.objects.get(case=scene.pk, name="复核记录.pdf")


def send(client: Any, scene: Scene, rows: list[dict[str, Any]], n: int = 0) -> Any:
    sent: dict[str, Any] = {"result": "已复核", "done_on": f"{today()}", "evidence-INITIAL_FORMS": "0"}
    for i, row in enumerate(rows):
        sent |= {f"evidence-{i}-{name}": value for name, value in row.items()}
    sent["evidence-TOTAL_FORMS"] = str(len(rows))
    return client.post(reverse("measure-complete", args=[scene.measures[n].pk]), sent)


def test_each_row_files_its_own_kind_day_and_place(two: Two, signed_in: Any) -> None:
    _, second = two
    photos = [SimpleUploadedFile(f"照片{n}.pdf", PDF + f"% {n}".encode()) for n in (1, 2)]
    notice = SimpleUploadedFile("通知.pdf", PDF + b"% a notice")
    rows = [
        {"files": photos, "kind": "photo", "formed_on": f"{today()}"},
        {"files": notice, "kind": "policy", "place": "第 3 页第 2 段"},
    ]

    answer = send(signed_in(second.who(L)), second, rows)

    assert answer.status_code == 302
    proofs = Proof.objects.filter(measure=second.measures[0]).order_by("pk")
    assert [(p.file.name, p.file.kind, p.file.formed_on, p.place) for p in proofs] == [
        ("照片1.pdf", "photo", today(), ""),
        ("照片2.pdf", "photo", today(), ""),
        ("通知.pdf", "policy", None, "第 3 页第 2 段"),
    ]


def test_a_row_without_a_file_says_so_and_nothing_is_filed(two: Two, signed_in: Any) -> None:
    _, second = two

    answer = send(signed_in(second.who(L)), second, [{"kind": "photo"}])

    assert (answer.status_code, "还没有选文件" in answer.content.decode()) == (422, True)
    assert Proof.objects.filter(measure__case=second.pk).count() == 0


@pytest.mark.parametrize(("says", "points"), [("point", True), ("anew", False)])
def test_the_very_file_is_asked_about_once(two: Two, signed_in: Any, says: str, points: bool) -> None:
    first, second = two
    client = signed_in(second.who(L))
    row = {"files": SimpleUploadedFile("另一个名字.pdf", RECORD), "place": "第 1 页"}

    asked = send(client, second, [row])
    before = Attachment.objects.filter(case=second.pk).count()
    answered = send(client, second, [row | {"files": SimpleUploadedFile("另一个名字.pdf", RECORD), "same": says}])

    assert asked.status_code == 422
    assert f"“另一个名字.pdf”已在“{first.case.number}”中提交，直接引用？" in asked.context["rows"][0].errors["same"][0]
    assert (before, answered.status_code) == (0, 302)
    proof = Proof.objects.get(measure=second.measures[0])
    assert (proof.place, proof.file.case_id, proof.file.sha256) == ("第 1 页", second.pk, record(first).sha256)
    assert (proof.file.points_at == record(first), proof.file.kind == MaterialKind.LEDGER) == (points, points)


@pytest.mark.parametrize(
    "forged",
    [
        {"evidence-0-kind": "nonsense"},
        {"evidence-0-same": "nonsense"},
        {"evidence-0-filed": "0"},
        {"evidence-TOTAL_FORMS": "0"},
        {"evidence-TOTAL_FORMS": ""},
    ],
)
def test_a_forged_form_is_refused_in_words(two: Two, signed_in: Any, forged: dict[str, str]) -> None:
    _, second = two
    sent = {"result": "已复核", "done_on": f"{today()}", "evidence-TOTAL_FORMS": "1", "evidence-INITIAL_FORMS": "0"}
    sent |= {"evidence-0-files": SimpleUploadedFile("又一份.pdf", RECORD)} | forged

    answer = signed_in(second.who(L)).post(reverse("measure-complete", args=[second.measures[0].pk]), sent)

    assert (answer.status_code, Proof.objects.filter(measure__case=second.pk).count()) == (422, 0)


def test_what_was_filed_is_chosen_from_a_list_and_its_place_is_said_anew(two: Two, signed_in: Any) -> None:
    first, second = two
    client, key = signed_in(second.who(L)), str(record(first).pk)

    send(client, second, [{"filed": key, "place": "第 1 页"}])
    own = str(Attachment.objects.get(case=second.pk).pk)
    send(client, second, [{"filed": own, "place": "第 2 页"}])
    send(client, second, [{"filed": key}], n=1)

    pointing = Attachment.objects.get(case=second.pk)
    assert pointing.points_at == record(first)
    proofs = Proof.objects.filter(file=pointing).order_by("measure__n")
    assert list(proofs.values_list("measure__n", "place")) == [(1, "第 2 页"), (2, "")]


def test_only_what_the_unit_itself_filed_where_all_may_see_it_is_offered(two: Two, signed_in: Any) -> None:
    first, second = two
    stranger = at(State.REMEDYING)
    file_it(stranger, SimpleUploadedFile("外单位.pdf", PDF + b"% of another unit"))
    theirs = Attachment.objects.get(case=stranger.pk, name="外单位.pdf")
    for scene in two:
        attachments.attach(scene.case, scene.who(R), SimpleUploadedFile("核查.pdf", PDF + b"% of a reviewer"))
    client = signed_in(second.who(L))
    url = reverse("measure-complete", args=[second.measures[0].pk])

    open_now = client.get(url).context["rows"][0]
    forged = send(client, second, [{"filed": str(theirs.pk)}])
    Case.objects.filter(pk=first.pk).update(secrecy=Secrecy.NAMED)
    shut = client.get(url).context["rows"][0]

    offered = [{value for value, _ in form.fields["filed"].choices} - {""} for form in (open_now, shut)]
    assert offered == [{str(record(first).pk)}, set()]
    assert forged.status_code == 422
    for not_own in (theirs, *Attachment.objects.filter(name="核查.pdf")):
        with pytest.raises(DomainError, match="不是本单位提交的材料"):
            file_it(second, not_own)


def test_what_was_judged_stays_whatever_becomes_of_the_file_that_is_pointed_at(two: Two) -> None:
    first, second = two
    for n in (0, 1):
        file_it(second, record(first), n)
    second.do("request_closure", second.who(H), commitment=True)
    judge(second.measures[0], second.who(R), Verdict.DONE)
    new = SimpleUploadedFile("新版.pdf", PDF + b"% corrected")

    attachments.replace_file(record(first), first.who(L), new, "补了签名")

    said = standing(second.case)
    assert said[second.measures[0].pk, "supervisor"].verdict == Verdict.DONE
    proving = Attachment.objects.standing().filter(measures=second.measures[0])
    assert [file.name for file in proving] == ["复核记录.pdf"]


def test_a_file_pointed_at_is_a_warning_still(two: Two) -> None:
    first, second = two
    file_it(second, record(first))

    services.look_through(second.case)

    found = PaperWarning.objects.get(case=second.pk, rule="same_file")
    assert (found.file.points_at, found.twin_file) == (record(first), record(first))


@pytest.mark.parametrize("n", [10, 11])
def test_more_than_ten_pieces_are_a_hint_and_no_refusal(two: Two, signed_in: Any, n: int) -> None:
    _, second = two
    many = [SimpleUploadedFile(f"{i}.pdf", PDF + f"% {i}".encode()) for i in range(n)]
    client = signed_in(second.who(L))

    send(client, second, [{"files": many}])

    page = client.get(second.case.get_absolute_url()).content.decode()
    assert (f"佐证 {n} 件" in page, "超过 10 件" in page) == (True, n > 10)


@pytest.mark.parametrize("n", [1, 3])
def test_the_page_asks_as_often_however_much_was_filed(
    two: Two, signed_in: Any, django_assert_num_queries: Any, n: int
) -> None:
    first, second = two
    for i in range(n):
        file_it(first, SimpleUploadedFile(f"{i}.pdf", PDF + f"% {i}".encode()), n=1)
        file_it(second, SimpleUploadedFile(f"{i}.pdf", PDF + f"% of the second, {i}".encode()))
    client, url = signed_in(second.who(L)), reverse("measure-complete", args=[second.measures[0].pk])
    client.get(url)

    with django_assert_num_queries(QUESTIONS):
        client.get(url)

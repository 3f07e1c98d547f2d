"""A form is acted on once; what it asks is kept when it comes back; who sends it by script is told, not led."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from casework.jobs import night
from casework.models import Attachment, Case, Event, PendingFile
from inspections import services
from organizations.enums import Role
from organizations.models import SentForm
from rectification.enums import State
from tests.factories import Cast, a_finding, a_rectification, acting
from tests.inspections.people import seat_of
from tests.papers import PDF

pytestmark = pytest.mark.django_db
TOKEN, OTHER = "one-token-of-the-test", "another-token-of-the-test"
SCRIPT = {"QY-Sent": "1"}
ONE_ROW = {"evidence-TOTAL_FORMS": "1", "evidence-INITIAL_FORMS": "0"}


@pytest.fixture
def at_work() -> tuple[Case, Cast]:
    case = a_rectification(State.REMEDYING)
    return case, Cast(case)


def complete(client: Any, case: Case, *, files: Any = (), done_on: str = "", **given: Any) -> Any:
    """Send the form of the first measure."""
    sent = (
        {"result": "已复核全部案卷", "done_on": done_on or f"{timezone.localdate()}", "_once": TOKEN} | ONE_ROW | given
    )
    measure = case.measures.order_by("n")[0]
    return client.post(f"/measures/{measure.pk}/complete/", sent | {"evidence-0-files": list(files)})


def completed(client: Any, case: Case, **given: Any) -> Any:
    return complete(client, case, files=[a_file()], **given)


def a_file(name: str = "佐证.pdf", body: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body)


def test_an_accepted_form_names_its_token_and_a_second_sending_is_led_to_the_same_place(
    at_work: tuple[Case, Cast], signed_in: Any
) -> None:
    case, cast = at_work
    client = signed_in(cast(Role.UNIT_LIAISON))

    first, second = completed(client, case), completed(client, case)

    assert [answer.headers["QY-Accepted"] for answer in (first, second)] == [TOKEN, TOKEN]
    assert (second.status_code, second.headers["Location"]) == (302, first.headers["Location"])
    assert Event.objects.filter(case=case, name="measure_done").count() == 1
    assert "没有重复办理" in client.get(second.headers["Location"]).content.decode()


def test_another_content_with_a_used_token_is_not_done_and_not_lost(at_work: tuple[Case, Cast], signed_in: Any) -> None:
    case, cast = at_work
    client = signed_in(cast(Role.UNIT_LIAISON))
    completed(client, case)

    answer = completed(client, case, result="后来又写的一段")

    page = answer.content.decode()
    assert (answer.status_code, "QY-Accepted" in answer.headers) == (422, False)
    assert ("这张表已经办过一次" in page, "后来又写的一段" in page, TOKEN in page) == (True, True, False)


def test_a_corrected_file_of_the_same_name_and_size_is_another_content(
    at_work: tuple[Case, Cast], signed_in: Any
) -> None:
    case, cast = at_work
    client = signed_in(cast(Role.UNIT_LIAISON))
    corrected = PDF.replace(b"%PDF-1.4", b"%PDF-1.5") if b"%PDF-1.4" in PDF else PDF.replace(b"%PDF-1.7", b"%PDF-1.5")
    assert (len(corrected), corrected == PDF) == (len(PDF), False)
    complete(client, case, files=[a_file()])

    again = complete(client, case, files=[a_file(body=corrected)])

    assert (again.status_code, "QY-Accepted" in again.headers) == (422, False)
    assert "这张表已经办过一次" in again.content.decode()


def test_a_refused_form_keeps_its_token_for_the_next_time(at_work: tuple[Case, Cast], signed_in: Any) -> None:
    case, cast = at_work
    client = signed_in(cast(Role.UNIT_LIAISON))

    refused = complete(client, case, done_on="2001-01-01")

    assert (refused.status_code, SentForm.objects.count()) == (422, 0)
    assert f'value="{TOKEN}"' in refused.content.decode()
    assert completed(client, case).headers["QY-Accepted"] == TOKEN


def test_the_token_of_one_person_means_nothing_for_another(at_work: tuple[Case, Cast], signed_in: Any) -> None:
    case, cast = at_work
    completed(signed_in(cast(Role.UNIT_LIAISON)), case)
    measure = case.measures.order_by("n")[1]

    answer = signed_in(cast(Role.UNIT_HEAD)).post(
        f"/measures/{measure.pk}/complete/",
        ONE_ROW
        | {"result": "另一条", "done_on": f"{timezone.localdate()}", "_once": TOKEN, "evidence-0-files": a_file()},
    )

    assert (answer.headers["QY-Accepted"], SentForm.objects.count()) == (TOKEN, 2)


def test_the_script_is_told_where_it_would_be_led(at_work: tuple[Case, Cast], signed_in: Any, client: Any) -> None:
    case, cast = at_work
    measure = case.measures.order_by("n")[0]
    url = f"/measures/{measure.pk}/complete/"

    out = client.post(url, {"_once": TOKEN}, headers=SCRIPT)
    wrong = signed_in(cast(Role.UNIT_LIAISON)).post(url, {"_once": TOKEN}, headers=SCRIPT)
    gone = signed_in(cast(Role.UNIT_LIAISON)).post("/measures/999999/complete/", {"_once": TOKEN}, headers=SCRIPT)

    assert (out.status_code, out.headers["QY-Location"], "Location" in out.headers) == (
        204, f"/sign-in/?next={url}", False,
    )  # fmt: skip
    assert (wrong.status_code, wrong.headers["QY-Form"]) == (422, "1")
    assert (gone.status_code, "QY-Form" in gone.headers, "QY-Accepted" in gone.headers) == (404, False, False)


def test_a_good_file_stays_beside_a_bad_one_and_is_evidence_in_the_end(
    at_work: tuple[Case, Cast], signed_in: Any
) -> None:
    case, cast = at_work
    client = signed_in(cast(Role.UNIT_LIAISON))

    page = complete(client, case, files=[a_file(), a_file("程序.exe", b"MZ")]).content.decode()
    kept = PendingFile.objects.get()
    done = complete(client, case, _pending=str(kept.pk))

    assert ("“程序.exe”不是可以上传的格式" in page, "佐证.pdf" in page, f'value="{kept.pk}" checked' in page) == (
        True, True, True,
    )  # fmt: skip
    assert done.headers["QY-Accepted"] == TOKEN
    measure = case.measures.order_by("n")[0]
    assert [file.name for file in measure.evidence.all()][-1:] == ["佐证.pdf"]
    assert PendingFile.objects.count() == 0


@pytest.mark.parametrize("who", ["colleague", "another_form", "not_ticked"])
def test_a_kept_file_comes_only_with_its_own_form_from_its_own_person(
    at_work: tuple[Case, Cast], signed_in: Any, who: str
) -> None:
    case, cast = at_work
    complete(signed_in(cast(Role.UNIT_LIAISON)), case, files=[a_file()], done_on="2001-01-01")
    kept = PendingFile.objects.get()
    before = Attachment.objects.count()
    asks = {
        "colleague": (Role.UNIT_HEAD, {"_pending": str(kept.pk)}),
        "another_form": (Role.UNIT_LIAISON, {"_pending": str(kept.pk), "_once": OTHER}),
        "not_ticked": (Role.UNIT_LIAISON, {}),
    }
    role, given = asks[who]

    complete(signed_in(cast(role)), case, **given)

    assert Attachment.objects.count() == before


def test_what_nobody_came_back_for_is_gone_after_a_day(at_work: tuple[Case, Cast], signed_in: Any) -> None:
    case, cast = at_work
    complete(signed_in(cast(Role.UNIT_LIAISON)), case, files=[a_file()], done_on="2001-01-01")
    young, old = PendingFile.objects.get(), PendingFile.objects.get()
    old.pk, old.token = None, OTHER
    old.save()
    PendingFile.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=1, minutes=1))

    sweep = next(job for job in night.JOBS if job.name == "sweep_forms")
    said = sweep.run(None).said  # type: ignore[arg-type]  # asks nothing of the night

    assert said.startswith("清理一天没有提交的文件 1 个")
    assert list(PendingFile.objects.values_list("pk", flat=True)) == [young.pk]


def test_a_browser_learns_what_became_of_its_drafts_and_only_of_its_own(
    at_work: tuple[Case, Cast], signed_in: Any
) -> None:
    case, cast = at_work
    done = completed(signed_in(cast(Role.UNIT_LIAISON)), case)
    complete(signed_in(cast(Role.UNIT_LIAISON)), case, _once=OTHER, files=[a_file()], done_on="2001-01-01")
    asked = f"/sent/?t={TOKEN}&t={OTHER}"

    own = signed_in(cast(Role.UNIT_LIAISON)).get(asked).json()
    others = signed_in(cast(Role.UNIT_HEAD)).get(asked).json()
    garbage = signed_in(cast(Role.UNIT_LIAISON)).get("/sent/", {"t": ["a\x00b", "\n", "x" * 3000]}).json()

    assert own["accepted"] == {TOKEN: done.headers["Location"]}
    assert [(file["field"], file["name"]) for file in own["files"][OTHER]] == [("evidence-0-files", "佐证.pdf")]
    assert others == garbage == {"accepted": {}, "files": {}}  # of a NUL PostgreSQL would be asked in vain


def test_a_measure_is_not_filed_without_evidence(at_work: tuple[Case, Cast], signed_in: Any) -> None:
    case, cast = at_work

    refused = complete(signed_in(cast(Role.UNIT_LIAISON)), case)

    assert (refused.status_code, "QY-Accepted" in refused.headers) == (422, False)
    assert "还没有佐证，不能报完成" in refused.content.decode()


@pytest.mark.parametrize("typed", ["2026-02-30", "昨天"])
def test_what_is_no_day_stays_as_it_was_typed(at_work: tuple[Case, Cast], signed_in: Any, typed: str) -> None:
    case, cast = at_work

    page = complete(signed_in(cast(Role.UNIT_LIAISON)), case, done_on=typed).content.decode()

    (field,) = [tag for tag in page.split("<") if tag.startswith("input") and 'name="done_on"' in tag]
    assert (f'value="{typed}"' in field, 'type="text"' in field) == (True, True)
    assert f"“{typed}”不是日期" in page


def test_a_step_that_is_over_says_who_took_it_and_leads_on(signed_in: Any) -> None:
    case = a_rectification(State.CLAIM)
    taken = Event.objects.get(case=case, name="sign")
    assert taken.post is not None
    liaison = acting(taken.post)

    over = signed_in(liaison).get(f"/cases/{case.pk}/steps/sign/")
    never = signed_in(liaison).get(f"/cases/{case.pk}/steps/close/")

    page = over.content.decode()
    assert (over.status_code, "这一步已经办过：“签收”由" in page) == (409, True)
    assert f'href="{case.get_absolute_url()}">看本件现在的样子' in page
    assert never.status_code == 404


def test_the_page_of_a_conflict_says_what_was_chosen_in_words(signed_in: Any) -> None:
    finding = a_finding()
    member = seat_of(finding.team, "member")
    seen = Case.objects.get(pk=finding.pk).last_seq
    services.amend_finding(member, finding, {"title": "先改的标题"})
    given = {
        "seen": seen, "statement": finding.statement, "method": "AJ", "severity": "2", "rectify_type": "R2",
        "discovered_on": f"{finding.discovered_on}", "source": "on_site", "title": "我的标题", "_once": TOKEN,
        "citations-TOTAL_FORMS": "0", "citations-INITIAL_FORMS": "0",
    }  # fmt: skip

    answer = signed_in(member).post(f"/findings/{finding.pk}/amend/", given)

    page = answer.content.decode()
    assert (answer.status_code, answer.headers["QY-Form"]) == (409, "1")
    assert [raw for raw in (">on_site<", ">AJ<", ">2<", ">R2<") if raw in page] == []
    assert f'href="/findings/{finding.pk}/amend/" data-qy-again="{TOKEN}"' in page

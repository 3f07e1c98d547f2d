"""A measure with its evidence beside it: seen on a page of the case, told like a file that is taken, judged there."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from casework.files.store import keep
from casework.models import Attachment
from organizations.models import AccessEntry
from rectification import services
from rectification.enums import State
from rectification.services import Filed
from tests.papers import PDF, PNG, compound
from tests.rectification.scenes import H, L, R, Scene, at, today

pytestmark = pytest.mark.django_db
QUESTIONS = 21


@pytest.fixture(scope="module")
def filed(made_once: Any) -> Scene:
    """A case under review: a PDF proves its first measure by its third page, a photo and an old paper its second."""

    def made() -> Scene:
        scene = at(State.REMEDYING)
        file_it(scene, 0, Filed(SimpleUploadedFile("制度.pdf", PDF), place="第 3 页第 2 段"))
        old = SimpleUploadedFile("旧稿.doc", compound("WordDocument"))
        file_it(scene, 1, Filed(SimpleUploadedFile("现场.png", PNG), kind="photo"), Filed(old))
        scene.do("request_closure", scene.who(H), commitment=True)
        return scene

    found: Scene = made_once(made)
    return found


def file_it(scene: Scene, n: int, *filed: Filed) -> None:
    services.complete_measure(scene.measures[n], scene.who(L), result="已复核", done_on=today(), filed=filed)


def beside(scene: Scene, asked: str = "") -> str:
    return reverse("rectification-evidence", args=[scene.pk]) + asked


def file_of(scene: Scene, name: str) -> Attachment:
    return Attachment.objects.get(case=scene.pk, name=name)


def test_each_file_stands_beside_what_its_measure_asks_for(filed: Scene, signed_in: Any) -> None:
    client, pdf = signed_in(filed.who(R)), file_of(filed, "制度.pdf")

    first = client.get(beside(filed))
    pages = [client.get(beside(filed, f"?m=2&f={file_of(filed, name).pk}")) for name in ("现场.png", "旧稿.doc")]

    text = first.content.decode()
    assert all(word in text for word in ("措施1", "复核记录", "逐份复核，无遗漏", "已复核", "第 3 页第 2 段"))
    assert (
        f'<iframe class="qy-frame" src="/attachments/{pdf.pk}/?show=1#page=3&amp;navpanes=0" title="制度.pdf"></iframe>'
        in text
    )
    assert f'src="/attachments/{file_of(filed, "现场.png").pk}/?show=1"' in pages[0].content.decode()
    assert "这种格式不能在页面里看，请下载后打开。" in pages[1].content.decode()
    assert [answer.context["measure"].n for answer in pages] == [2, 2]


def test_one_leafs_through_every_file_of_the_case_and_back(filed: Scene, signed_in: Any) -> None:
    client, url, seen, back = signed_in(filed.who(R)), beside(filed), [], []

    while url:
        shown = client.get(url).context
        seen.append(shown["proof"].file.name)
        back.append(shown["before"])
        url = shown["after"]

    assert seen == ["制度.pdf", "现场.png", "旧稿.doc"]
    assert [bool(one) for one in back] == [False, True, True]


@pytest.mark.parametrize("asked", ["?m=2&f=0", "?m=x&f=y", "?m=99", "?m=2&f=99999999999999999999", "?f=%00"])
def test_an_address_that_names_nothing_shows_what_there_is(filed: Scene, signed_in: Any, asked: str) -> None:
    answer = signed_in(filed.who(R)).get(beside(filed, asked))

    assert (answer.status_code, answer.context["measure"].n) == (200, 2 if asked.startswith("?m=2") else 1)


def test_what_is_looked_at_is_told_once_like_what_is_taken_and_only_our_pages_frame_it(
    filed: Scene, signed_in: Any
) -> None:
    client, file = signed_in(filed.who(R)), file_of(filed, "制度.pdf")
    keep(BytesIO(PDF), file.sha256)  # the store is this test's own

    client.get(beside(filed))
    before = AccessEntry.objects.filter(what="download").count()
    shown, taken = (client.get(file.get_absolute_url() + asked) for asked in ("?show=1", ""))

    assert (before, AccessEntry.objects.filter(what="download").count()) == (0, 2)
    assert [(one["X-Frame-Options"], one["Content-Security-Policy"]) for one in (shown, taken)] == [
        ("SAMEORIGIN", "default-src 'none'; sandbox"),
        ("DENY", "default-src 'none'; sandbox"),
    ]
    for one in (shown, taken):
        b"".join(one.streaming_content)


def test_a_word_is_given_beside_the_evidence_and_leads_to_the_next_measure(filed: Scene, signed_in: Any) -> None:
    client = signed_in(filed.who(R))
    page = client.get(beside(filed))
    given = {"v1-verdict": "done", "v1-reason": "制度已印发", "beside": str(page.context["following"])}

    answer = client.post(reverse("rectification-verdicts", args=[filed.pk]), given)

    assert answer["Location"] == beside(filed, "?m=2")
    said = [(v.verdict, v.reason) for v in filed.measures[0].verdicts.exclude(judge="unit")]
    assert said == [("done", "制度已印发")]
    assert signed_in(filed.who(L)).get(beside(filed)).context["verdict_forms"] == []


def test_every_use_of_a_file_stands_on_it_as_far_as_its_reader_may_see(filed: Scene, signed_in: Any) -> None:
    again = at(State.REMEDYING, unit=filed.case.unit)
    file_it(again, 0, Filed(file_of(filed, "制度.pdf"), place="第 1 页"))
    both = [(filed.case.number, ["措施 1：第 3 页第 2 段"]), (again.case.number, ["措施 1：第 1 页"])]

    own = signed_in(filed.who(L)).get(beside(filed)).context
    reviewer = signed_in(filed.who(R)).get(beside(filed)).context

    assert [[(use.name, use.proves) for use in seen["uses"]] for seen in (own, reviewer)] == [both, both[:1]]
    assert (own["n_hidden"], reviewer["n_hidden"]) == (0, 1)


@pytest.mark.parametrize("more", [0, 3])
def test_a_page_asks_as_often_however_many_files_there_are(
    filed: Scene, signed_in: Any, django_assert_num_queries: Any, more: int
) -> None:
    filed.do("return_by_supervisor", filed.who(R), reason="请补充")
    pieces = [Filed(SimpleUploadedFile(f"{n}.pdf", PDF + f"% {n}".encode())) for n in range(more + 1)]
    file_it(filed, 1, *pieces)
    client = signed_in(filed.who(L))
    client.get(beside(filed))

    with django_assert_num_queries(QUESTIONS):
        client.get(beside(filed, "?m=2"))

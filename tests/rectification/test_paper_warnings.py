"""纸面整改: each rule warns of what it says it does and of nothing else; the unit never learns of it; reviewers answer.

docs/domain/process.md 2.5; docs/decisions/0033. How good the rules are is measured in test_paper_quality.py.
"""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from casework.enums import WorkStatus
from casework.errors import NotPermittedError
from casework.files.reading import Reading
from casework.jobs import long_works, worker
from casework.models import Attachment, Case
from casework.services import attachments
from inspections.models import Finding
from rectification import services
from rectification.enums import State
from rectification.models import Measure, PaperCheck, PaperRule, PaperWarning
from rectification.paper.rule import rules
from rectification.paper.shown import warned
from rectification.services import paper
from rectification.workflow import guards
from tests.closures import SIGNED
from tests.factories import UnitFactory
from tests.papers import docx
from tests.rectification import labelled_fresh, pictures
from tests.rectification.scenes import H, L, R, S, Scene, at, in_days, today
from tests.rectification.test_questions import questions
from ui.errors import DomainError
from ui.hostile.asking import BusyError

pytestmark = pytest.mark.django_db


def look_through(scene: Scene) -> dict[str, list[PaperWarning]]:
    """Have the worker do what is queued; return the warnings that stand on the case, by rule."""
    while (work := worker.next_work()) is not None:
        worker.do(work)
        work.refresh_from_db()
        assert work.status == "ready", work.problem
    found: dict[str, list[PaperWarning]] = {}
    for row in PaperWarning.objects.standing().filter(case=scene.pk).order_by("pk"):
        found.setdefault(row.rule, []).append(row)
    return found


def file_in(scene: Scene, data: bytes, name: str, *, formed_on: date | None = None, n: int = 0) -> Attachment:
    """Report a measure done with a file that counts as read: what takes in strange files is not asked here."""
    measure = scene.measures[n]
    sent: Any = SimpleUploadedFile(name, data)
    sent.reading = Reading()
    said = f"第{measure.n}条已经办结"
    filed = [services.Filed(sent, formed_on=formed_on)]
    services.complete_measure(measure, scene.who(L), result=said, done_on=today(), filed=filed)
    found: Attachment = Attachment.objects.filter(case=scene.pk).latest("pk")
    return found


def jpeg(picture: Image.Image, *, taken: str = "") -> bytes:
    out, exif = io.BytesIO(), Image.Exif()
    if taken:
        exif[0x0132] = exif.get_ifd(0x8769)[0x9003] = f"{taken.replace('-', ':')} 10:00:00"
    picture.convert("RGB").save(out, "JPEG", quality=70, exif=exif)
    return out.getvalue()


@pytest.fixture(scope="module")
def two(made_once: Any) -> tuple[Scene, Scene]:
    return made_once(lambda: (at(State.REMEDYING), at(State.REMEDYING)))  # type: ignore[no-any-return]


def test_the_same_file_and_the_same_picture_are_warned_of_where_they_came_later(two: tuple[Scene, Scene]) -> None:
    earlier, later = two
    photo, paper = pictures.scene(1), docx("台账")
    file_in(earlier, jpeg(photo), "清理前.jpg")
    file_in(earlier, paper, "台账.docx")
    file_in(later, jpeg(pictures.cut(photo.rotate(90, expand=True), 0.1)), "现场.jpg")
    file_in(later, paper, "台账二.docx")
    file_in(later, jpeg(pictures.scene(2)), "另一处.jpg")

    found, others = look_through(later), look_through(earlier)

    assert sorted(found) == ["same_file", "same_picture"]
    (alike,), (same,) = found["same_picture"], found["same_file"]
    assert (alike.file.name, alike.twin_file.name) == ("现场.jpg", "清理前.jpg")  # type: ignore[union-attr]
    assert alike.said["share"] >= 92
    assert (same.file.name, same.twin_id) == ("台账二.docx", earlier.pk)  # type: ignore[union-attr]
    assert others == {}


def test_days_that_cannot_be_are_warned_of(two: tuple[Scene, Scene]) -> None:
    scene, _ = two
    found_on = Finding.objects.get(rectifications=scene.pk).discovered_on
    before = found_on - timedelta(2)
    file_in(scene, docx("制度"), "旧制度.docx", formed_on=before)
    file_in(scene, docx("制度二"), "新制度.docx", formed_on=found_on)
    file_in(scene, jpeg(pictures.scene(3), taken=f"{before:%Y-%m-%d}"), "旧照片.jpg")
    file_in(scene, jpeg(pictures.scene(4), taken=f"{today() - timedelta(9):%Y-%m-%d}"), "九天前.jpg", formed_on=today())
    file_in(scene, jpeg(pictures.scene(5), taken=f"{today():%Y-%m-%d}"), "当天.jpg", formed_on=today())
    after = file_in(scene, docx("后来"), "后来.docx", formed_on=today())
    Attachment.objects.filter(pk=after.pk).update(uploaded_at=timezone.now() - timedelta(2))

    found = {rule: [row.file.name for row in rows] for rule, rows in look_through(scene).items()}  # type: ignore[union-attr]

    assert found.pop("camera_day")[0] == "九天前.jpg"
    assert found == {"formed_before": ["旧制度.docx", "旧照片.jpg"], "formed_after": ["后来.docx"]}


@pytest.mark.parametrize(("years", "told"), [(1, ["本单位往年的"]), (0, [])], ids=["last year", "this year"])
def test_a_text_of_ones_own_is_warned_of_where_it_is_of_a_former_year(
    two: tuple[Scene, Scene], years: int, told: list[str]
) -> None:
    earlier, later = two
    opened = later.case.opened_on
    day = opened.replace(year=opened.year - years, day=min(opened.day, 28))
    Case.objects.filter(pk=earlier.pk).update(unit=later.case.unit, opened_on=day)
    for scene in two:
        Measure.objects.filter(case=scene.pk, n=1).update(result=labelled_fresh.TOWED, done_on=today())
        services.look_through(scene.case)

    rows = PaperWarning.objects.standing().filter(case=later.pk, rule="same_text")
    assert [row.said["whose"] for row in rows] == told
    assert {row.twin_id for row in rows} <= {earlier.pk}


def test_papers_of_meetings_do_not_prove_an_act_where_the_office_has_that_rule_on(two: tuple[Scene, Scene]) -> None:
    scene, _ = two
    services.load_rules()
    PaperRule.objects.filter(name="only_meetings").update(is_on=True)
    Measure.objects.filter(case=scene.pk, n=1).update(content="拆除违法建筑并恢复耕种")
    file_in(scene, docx("会议纪要"), "专题会议纪要.docx")

    assert [row.said["act"] for row in look_through(scene)["only_meetings"]] == ["拆除"]

    file_in(scene, jpeg(pictures.scene(6)), "拆除后.jpg")

    assert look_through(scene) == {}


def test_a_paper_of_another_unit_is_warned_of_unless_it_names_ones_own(two: tuple[Scene, Scene]) -> None:
    scene, _ = two
    other = UnitFactory(name="庆阳市水务管理局", short_name="水务管理局")
    Case.objects.filter(pk=scene.pk).update(unit=UnitFactory(name="庆阳市档案馆", short_name="市档案馆"))
    case = scene.case
    words = "庆阳市水务管理局文件关于整改情况的报告各科室" + "本局逐项核对" * 30
    measure = scene.measures[0]

    for n, text in enumerate(
        (f"{words}庆阳市水务管理局", f"{words}抄送市档案馆庆阳市水务管理局", "关于整改情况的报告")
    ):
        file = SimpleUploadedFile(f"{n}.docx", docx(text))
        measure.evidence.add(attachments.attach(case, None, file, record=False))
    services.look_through(case)

    rows = PaperWarning.objects.filter(case=case, rule="others_paper")
    assert [(row.file.name, row.said["unit"]) for row in rows] == [("0.docx", other.short_name)]  # type: ignore[union-attr]


def test_everything_in_the_last_minutes_of_the_deadline_is_warned_of(two: tuple[Scene, Scene]) -> None:
    scene, _ = two
    due = today()
    Case.objects.filter(pk=scene.pk).update(due_on=due, original_due_on=due)
    for n in range(2):
        file_in(scene, docx(f"材料{n}"), f"{n}.docx")
    last = timezone.make_aware(datetime(due.year, due.month, due.day, 23, 40))

    Attachment.objects.filter(case=scene.pk).update(uploaded_at=last)
    services.look_through(scene.case)
    assert PaperWarning.objects.standing().filter(case=scene.pk, rule="last_minutes").count() == 1

    Attachment.objects.filter(case=scene.pk, name="0.docx").update(uploaded_at=last - timedelta(hours=5))
    services.look_through(scene.case)
    assert not PaperWarning.objects.standing().filter(case=scene.pk, rule="last_minutes").exists()


def test_a_file_that_is_replaced_takes_its_warnings_along_at_once(two: tuple[Scene, Scene]) -> None:
    earlier, later = two
    paper = docx("同一份")
    file_in(earlier, paper, "甲.docx")
    mine = file_in(later, paper, "乙.docx")
    assert "same_file" in look_through(later)

    attachments.replace_file(mine, later.who(L), SimpleUploadedFile("丙.docx", docx("自己的")), "传错了")

    assert not PaperWarning.objects.standing().filter(case=later.pk).exists()
    assert look_through(later) == {}


def test_a_case_is_looked_through_once_however_often_it_was_filed_in(two: tuple[Scene, Scene]) -> None:
    scene, _ = two
    look_through(scene)
    done = PaperCheck.objects.count()

    file_in(scene, docx("一"), "一.docx")
    file_in(scene, docx("二"), "二.docx")

    assert PaperCheck.objects.filter(status="queued", case=scene.pk).count() == 1
    look_through(scene)
    assert PaperCheck.objects.count() == done + 1


# ---------- who learns of them, and who answers


@pytest.fixture(scope="module")
def judged(made_once: Any) -> tuple[Scene, Scene]:
    def recipe() -> tuple[Scene, Scene]:
        earlier, later = at(State.REMEDYING), at(State.REMEDYING)
        for scene in (earlier, later):
            for n in range(len(scene.measures)):
                file_in(scene, docx("同一份台账"), f"{scene.pk}台账.docx", n=n)
        later.take("request_closure", H, **SIGNED)
        services.look_through(later.case)
        return earlier, later

    return made_once(recipe)  # type: ignore[no-any-return]


def test_the_unit_and_whoever_does_not_judge_never_see_a_warning(judged: tuple[Scene, Scene], signed_in: Any) -> None:
    _, later = judged
    url = reverse("rectification-warnings", args=[later.pk])

    for role in (L, H):
        actor = later.who(role)
        page = signed_in(actor).get(later.case.get_absolute_url()).content.decode()
        assert "纸面整改提示" not in page
        assert warned(later.case, actor) == []
        assert signed_in(actor).get(url).status_code == 404
    for role in (S, R):
        assert "纸面整改提示" in signed_in(later.who(role)).get(later.case.get_absolute_url()).content.decode()


def test_a_twin_out_of_the_readers_scope_is_not_named(judged: tuple[Scene, Scene], signed_in: Any) -> None:
    earlier, later = judged
    url = reverse("rectification-warnings", args=[later.pk])
    office, reviewer = (signed_in(later.who(role)).get(url).content.decode() for role in (S, R))
    twin = f"{earlier.pk}台账.docx"

    assert earlier.case.number in office
    assert twin in office
    assert earlier.case.number not in reviewer
    assert twin not in reviewer
    assert "不在您能看的范围内" in reviewer


def test_a_reviewer_answers_with_a_word_and_nobody_of_the_unit_does(judged: tuple[Scene, Scene]) -> None:
    _, later = judged
    row = PaperWarning.objects.filter(case=later.pk)[0]

    with pytest.raises(NotPermittedError):
        services.answer(later.case, later.who(H), [(row.pk, "dismissed", "没有的事")])
    with pytest.raises(DomainError):
        services.answer(later.case, later.who(S), [(row.pk, "upheld", " ")])
    assert services.answer(later.case, later.who(R), [(row.pk, "dismissed", "两件共用一本台账")]) == 1
    assert services.answer(later.case, later.who(R), [(row.pk, "dismissed", "两件共用一本台账")]) == 0

    row.refresh_from_db()
    assert (row.answer, row.word, row.answered_by) == ("dismissed", "两件共用一本台账", later.who(R).post)
    assert services.answer(later.case, later.who(S), [(row.pk, "upheld", "没有说明，退回")]) == 1


def test_the_forms_that_decide_show_what_is_open_and_refuse_nothing(
    judged: tuple[Scene, Scene], signed_in: Any
) -> None:
    _, later = judged
    reviewer = signed_in(later.who(R))

    step = reviewer.get(reverse("step", args=[later.pk, "endorse"])).content.decode()
    verdicts = reviewer.get(reverse("rectification-verdicts", args=[later.pk])).content.decode()
    sent = {f"w{row.pk}-verdict": "upheld" for row in PaperWarning.objects.filter(case=later.pk)}
    said = reviewer.post(reverse("rectification-warnings", args=[later.pk]), sent)

    assert "未认定" in step
    assert "未认定" in verdicts
    assert said.status_code == 422
    assert "请写一句理由" in said.content.decode()
    assert later.take("endorse", R).state == State.PUBLICITY


def test_a_rule_that_is_switched_off_says_nothing_and_keeps_its_answers(judged: tuple[Scene, Scene]) -> None:
    _, later = judged
    services.load_rules()
    row = PaperWarning.objects.filter(case=later.pk, rule="same_file")[0]
    services.answer(later.case, later.who(S), [(row.pk, "upheld", "确为同一份")])

    PaperRule.objects.filter(name="same_file").update(is_on=False)
    services.look_through(later.case)

    assert warned(later.case, later.who(S)) == []
    PaperRule.objects.filter(name="same_file").update(is_on=True)
    assert [one.row.word for one in warned(later.case, later.who(S)) if not one.is_open] == ["确为同一份"]


def test_a_warning_of_a_rule_that_the_program_no_longer_has_breaks_no_page(
    judged: tuple[Scene, Scene], signed_in: Any
) -> None:
    _, later = judged
    before = len(warned(later.case, later.who(S)))
    PaperWarning.objects.create(case=later.case, rule="gone", key="gone", raised_at=timezone.now())
    PaperRule.objects.create(name="gone", title="从前的规则")

    page = signed_in(later.who(S)).get(later.case.get_absolute_url())

    assert (page.status_code, len(warned(later.case, later.who(S)))) == (200, before)


def test_a_check_is_begun_again_where_all_places_for_reading_were_taken(
    two: tuple[Scene, Scene], monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier, _ = two
    now = timezone.now()
    check = PaperCheck.objects.create(case=earlier.case, post=earlier.who(S).post, asked_at=now, moved_at=now)

    def busy(case: Case) -> int:
        raise BusyError

    monkeypatch.setattr(paper, "look_through", busy)
    worker.do(check)
    waiting = PaperCheck.objects.get(pk=check.pk).status
    monkeypatch.setattr(paper, "look_through", lambda case: 3)
    worker.do(PaperCheck.objects.get(pk=check.pk))

    done = PaperCheck.objects.get(pk=check.pk)
    assert (waiting, done.status, done.n_new) == (WorkStatus.QUEUED, WorkStatus.READY, 3)


def test_the_case_page_asks_as_much_for_twenty_warnings_as_for_two(judged: tuple[Scene, Scene], signed_in: Any) -> None:
    earlier, later = judged
    office = signed_in(later.who(S))
    url = later.case.get_absolute_url()
    assert questions(office, url) == 18  # one asks whether a warning was found true: that refuses a closure
    file = Attachment.objects.filter(case=later.pk)[0]
    PaperWarning.objects.bulk_create(
        PaperWarning(
            case_id=later.pk, rule="same_file", key=f"x{n}", file=file, twin=earlier.case, raised_at=timezone.now()
        )
        for n in range(20)
    )
    assert questions(office, url) == 18  # one asks whether a warning was found true: that refuses a closure
    PaperWarning.objects.filter(case=later.pk).delete()
    assert questions(office, url) == 16  # nothing to ask for: the card says so


def test_what_the_machine_does_by_itself_is_done_although_the_post_has_ended(two: tuple[Scene, Scene]) -> None:
    scene, _ = two
    file_in(scene, docx("一"), "一.docx")
    check = PaperCheck.objects.get(case=scene.pk, status="queued")
    post = check.post
    post.to_on = in_days(-1)
    post.save(update_fields=["to_on"])

    worker.do(check)

    check.refresh_from_db()
    assert (check.status, long_works.kind_of(check).needs_its_post) == ("ready", False)


def test_what_bars_a_closure_names_rules_that_there_are() -> None:
    """A rule that is renamed would let every closure pass without a word."""
    assert set(guards.REFUSED_EVIDENCE) <= set(rules())

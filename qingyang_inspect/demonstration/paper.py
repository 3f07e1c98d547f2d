"""纸面整改 in the demonstration: something of what each rule warns of, filed by units still at work, and some answers.

What else the year filed is not looked through: it is short, of one mould, and nobody has asked about it.
"""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Exists, OuterRef

from casework.models import Attachment, Case, Event
from organizations.enums import Role
from qingyang_inspect.demonstration.clock import standing_at
from qingyang_inspect.demonstration.photos import photo
from rectification import services
from rectification.models import Measure, PaperCheck, PaperRule, PaperWarning
from rectification.paper.rules.only_meetings import ACTS

if TYPE_CHECKING:
    from qingyang_inspect.demonstration.loader import Loader

QUIET = 12  # days in which nothing was done about a case: what is filed in it goes behind its last step
DONE = (
    "法规科翻阅了去年以来的全部卷宗，查出缺少审核意见的 17 份，由原承办人补写经过说明，分管领导逐份签批；"
    "其中 3 份事实不清的退回执法中队重新询问当事人，当事人签字确认后装订。卷宗目录同时改成一事一页，"
    "每月末由内勤拿着目录到中队清点一次，少一页的当场登记，下月例会上点名。"
)
ANSWERS = (
    ("same_picture", "upheld", "同一张照片，退回重拍。"),
    ("same_text", "upheld", "大段照抄，退回重写。"),
    ("formed_before", "dismissed", "制度发布在先，这次是补充执行记录。"),
    ("same_file", "dismissed", "三件同属一个图斑，共用一份测绘报告。"),
    ("formed_after", "dismissed", "相机时间没有校准，现场核对过。"),
    ("camera_day", "upheld", "是上次检查的照片，请补拍整改后的。"),
    ("last_minutes", "dismissed", "材料齐全，只是报得晚。"),
    ("only_meetings", "upheld", "请上传印发的文件。"),
    ("others_paper", "upheld", "是市统计局的报告，请换成本单位的。"),
)


DOCX = {  # the parts without which no office program opens one
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="word/document.xml" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>',
    "word/document.xml": '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>",
}


def docx(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, part in DOCX.items():
            packed.writestr(name, part.format(text=text))
    return out.getvalue()


class Filed:
    """Files for cases still at work, each on a day of its own."""

    def __init__(self, loader: Loader) -> None:
        self.loader, self.acts = loader, loader.acts
        july = {"case__within__title": "法治建设督察", "case__state": "remedying", "case__due_on__gt": loader.today}
        lately = Event.objects.filter(case=OuterRef("case"), day__gt=loader.today - timedelta(QUIET))
        waiting = Measure.objects.filter(~Exists(lately), done_on=None, **july)
        first = {measure.case_id: measure for measure in waiting.select_related("case__unit").order_by("-case", "-n")}
        self.measures = sorted(first.values(), key=lambda measure: measure.case_id)

    def next(self, *, asks_for_an_act: bool = False) -> Measure:
        """Return a measure of a case that has not been taken yet."""
        fit = (m for m in self.measures if not asks_for_an_act or any(word in m.content for word in ACTS))
        found = next(fit)
        self.measures.remove(found)
        return found

    def file(self, measure: Measure, back: int, *files: tuple[str, bytes], result: str = "", **given: Any) -> Case:
        """Report a measure done so many days ago; return its case, looked through."""
        return self.hand_in(measure, back, [services.Filed(SimpleUploadedFile(*one), **given) for one in files], result)

    def hand_in(self, measure: Measure, back: int, pieces: list[services.Filed], result: str = "") -> Case:
        day = self.loader.today - timedelta(back)
        with self.acts.day(day):
            liaison = self.acts.of(measure.case.unit_name, Role.UNIT_LIAISON)
            said = result or f"已完成：{measure.content}。"
            services.complete_measure(measure, liaison, result=said, done_on=day, filed=pieces)
            services.look_through(Case.objects.get(pk=measure.case_id))
        self.acts.tick()
        return Case.objects.get(pk=measure.case_id)


def load_paper(loader: Loader) -> None:
    """File something of what each rule warns of, have it looked through, and answer some of it."""
    tried = PaperRule.objects.get(name="only_meetings")  # off as delivered: the office tries it
    tried.is_on = True
    tried.save(update_fields=["is_on"])
    filed, today = Filed(loader), loader.today
    act = filed.next(asks_for_an_act=True)
    filed.file(filed.next(), 9, ("整改现场.jpg", photo(1)), result=DONE)
    filed.file(filed.next(), 7, ("现场照片.jpg", photo(1, cut=40)), result=DONE.replace("17", "9").replace("3", "2"))
    early = filed.next()
    found = early.case.rectification.finding.discovered_on
    filed.file(early, 6, ("执法公示制度.docx", docx("执法公示制度")), formed_on=found - timedelta(40))
    filed.file(filed.next(), 6, ("整改后.jpg", photo(2, taken=today - timedelta(60))), formed_on=today - timedelta(8))
    filed.file(filed.next(), 5, ("夜查.jpg", photo(3, taken=today + timedelta(300))))
    filed.file(act, 5, ("专题会议纪要.docx", docx("会议纪要参加人员")))
    theirs = "市统计局文件关于整改情况的报告" + "逐项核对，明确责任人和时限。" * 12 + "市统计局"
    filed.file(filed.next(), 4, ("整改情况报告.docx", docx(theirs)))
    _careless(filed, theirs)
    _last_minutes(loader)
    _point_at(filed)
    for case in Case.objects.filter(state="supervision").order_by("pk"):
        services.look_through(case)
    with loader.acts.day(today - timedelta(2)):
        for rule, answer, word in ANSWERS:
            raised = PaperWarning.objects.filter(rule=rule).order_by("pk")
            for row in raised if rule == "same_file" else raised[:1]:
                services.answer(row.case, loader.acts.staff(row.case.unit_name), [(row.pk, answer, word)])
    PaperCheck.objects.all().delete()  # nobody waits for the rest (above)


def _careless(filed: Filed, theirs: str) -> None:
    """File for one measure something of what most rules warn of; nobody has answered yet."""
    measure, today = filed.next(), filed.loader.today
    found = measure.case.rectification.finding.discovered_on
    files = [
        ("现场1.jpg", photo(1, cut=60)), ("现场2.jpg", photo(4, taken=today - timedelta(400))),
        ("汇报.docx", docx(theirs)),
    ]  # fmt: skip
    filed.file(measure, 4, *files, result=DONE.replace("17", "11").replace("3", "4"), formed_on=found - timedelta(30))


def _point_at(filed: Filed) -> None:
    """A unit points at a paper that it filed for another finding, instead of uploading it again."""
    for measure in list(filed.measures):
        liaison = filed.acts.of(measure.case.unit_name, Role.UNIT_LIAISON)
        papers = Attachment.objects.filed_by(liaison).exclude(case=measure.case).filter(proofs__isnull=False)
        paper = papers.order_by("pk").first()
        if paper is not None:
            filed.measures.remove(measure)
            filed.hand_in(measure, 3, [services.Filed(paper, place="第 1 页")])
            return


def _last_minutes(loader: Loader) -> None:
    """Everything of an overdue case comes in the last half hour of its deadline."""
    late = Case.objects.filter(kind="rectification", state="remedying", due_on__lt=loader.today)
    case = late.filter(measures__isnull=False).exclude(measures__done_on__isnull=False).order_by("pk").distinct()[0]
    assert case.due_on is not None
    for n, measure in enumerate(case.measures.order_by("n")):
        with standing_at(case.due_on, 23, 31 + 5 * n):
            liaison = loader.acts.of(case.unit_name, Role.UNIT_LIAISON)
            sent = services.Filed(SimpleUploadedFile(f"材料{n + 1}.docx", docx(f"{case.number} 第{n + 1}份")))
            services.complete_measure(measure, liaison, result="已办理。", done_on=case.due_on, filed=[sent])
            services.look_through(Case.objects.get(pk=case.pk))

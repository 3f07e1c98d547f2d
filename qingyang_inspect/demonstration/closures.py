"""What is signed, seen on site, made public and objected on the way of a closure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile

from casework.enums import MaterialKind
from casework.models import Case
from casework.services import attachments
from organizations.actor import Actor
from qingyang_inspect.demonstration.photos import photo
from rectification.workflow.closing import standards
from rectification.workflow.publicity import proposed_text

if TYPE_CHECKING:
    from qingyang_inspect.demonstration.acts import Acts

WORDS = {
    "YS2": "不涉及",
    "YS4": "对本单位近两年同类事项逐件自查，又整改 3 处",
    "YS5": "印发工作规程，列入法制审核要点，每季度抽查一次",
    "YS6": "不涉及诉求",
}
CHECKERS = ("张某某，执法监督科科长", "李某某，执法监督科三级主任科员")
OBJECTIONS = (
    ("citizen", "办事大厅公开栏里的清单没有更换，与公示的不一致", "当日到现场核对，公开栏已更换，反映人看到的是旧照片，已当面说明"),
    ("company", "上半年的检查结果至今没有书面告知", "调阅送达回证，已于公示前送达，反映人确认收到，表示没有意见"),
)  # fmt: skip


def signed(case: Case) -> dict[str, Any]:
    """What the head of the unit signs."""
    signed_each = [one.signed(WORDS.get(one.code, "已按要求做到") if one.asks else "") for one in standards()]
    return {"commitment": True, "statements": signed_each}


def seen_on_site(case: Case, reviewer: Actor, day: date) -> dict[str, Any]:
    """What the supervising department saw; of every fourth case there are photos, the others are matters of paper."""
    given = {
        "checked_on": day,
        "checked_at": f"{case.unit_name}办公场所",
        "checker_one": CHECKERS[0],
        "checker_two": CHECKERS[1],
        "opinion": "现场核查，措施到位。",
    }
    if case.pk % 4:
        return given | {"no_photos": "核对案卷和制度文件，没有现场"}
    file = SimpleUploadedFile(f"现场核查_{day:%Y%m%d}.jpg", photo(case.pk, taken=day))
    return given | {
        "site_photos": [attachments.attach(case, reviewer, file, kind=MaterialKind.PHOTO, formed_on=day, record=False)]
    }


def published(case: Case) -> dict[str, Any]:
    """What the office makes public."""
    return {
        "channel": ["city_site", "office_site"],
        "publicity_text": proposed_text(Case.objects.get(pk=case.pk)),
        "contact": "市委依法治市办法治督察科，0934-8210000",
        "secrecy_review": "王某某（办公室主任），不涉密，可以公开",
        "text_checked": True,
    }


def meets_objection(case: Case) -> bool:
    return case.pk % 9 == 4


def object_to(acts: Acts, case: Case, on: date, *, answers: bool = True) -> None:
    """Enter an objection on the day; answer it unless it still waits."""
    objector, said, answer = OBJECTIONS[case.pk % 2]
    staff = lambda: acts.staff(case.unit_name)
    given = {"objected_on": on, "objector": objector, "objection": said}
    acts.step(case, "record_objection", on, staff, **given)
    if answers:
        row = case.objections.get(outcome="")
        outcome = {"objection_row": row, "objection_outcome": "dismissed", "objection_answer": answer}
        acts.step(case, "answer_objection", on, staff, **outcome)

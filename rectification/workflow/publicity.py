"""公示: what is published, for how long, and who objects (docs/domain/process.md 2.5; docs/domain/compliance.md).

The text is proposed from the case. What looks like personal data in it is pointed out, and kept out unless the office
has looked at it and says so.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import prefetch_related_objects

from casework.workflow.inputs import Input
from rectification.enums import Channel, ObjectionOutcome, Objector
from rectification.models import Objection
from rectification.workflow.verdicts import measures_of
from ui.errors import DomainError

if TYPE_CHECKING:
    from casework.models import Case
    from casework.workflow.circuits import Doing, Given
    from organizations.actor import Actor

SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗方俞任袁柳"
    "史唐薛雷贺倪汤罗毕郝邬安常于傅齐康伍余顾孟黄穆萧尹姚邵汪祁毛狄戴宋庞熊纪舒屈项祝董梁杜阮蓝席季贾江颜郭梅林徐"
    "邱骆高夏蔡田樊胡霍万柯卢丁邓石崔吉龚程邢裴陆翁段焦侯白蒲谭刘景詹龙叶黎乔温葛廖聂曾关车侍丘慕连习"
)
_NAME = f"(?!.某)[{SURNAMES}][\u4e00-\u9fa5]{{1,2}}"
WHO = "当事人|投诉人|举报人|信访人|来电人|申请人|被处罚人|法定代表人|经营者|负责人|联系人|户主|村民|居民|姓名"
PERSONAL: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("身份证号", re.compile(r"(?<!\d)(?:\d{6}[ -]?\d{8}[ -]?\d{3}[\dXx]|\d{15})(?!\d)")),
    ("手机号", re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")),
    ("姓名", re.compile(f"{_NAME}(?=同志|先生|女士|等人|[（(，,](?:男|女))")),
    ("姓名", re.compile(f"(?:{WHO})(?:[：:为是]\\s*|)({_NAME})(?=[，,。；;、（(\\s）)]|反映|投诉|举报|$)")),
)


def personal_data(text: str) -> list[str]:
    """Return what in a text looks like an id number, a telephone number or the name of a person, each named by kind."""
    found: dict[str, None] = {}
    for kind, pattern in PERSONAL:
        for match in pattern.finditer(text):
            found[f"{kind} {match.group(match.lastindex or 0)}"] = None
    return list(found)


def ends(case: Case) -> date | None:
    """Return the last day of the publicity; None until it has begun."""
    begun: date | None = case.content.published_on
    days: int = case.content.finding.case.within.campaign.publicity_days
    return begun and date.fromordinal(begun.toordinal() + days)


def proposed_text(case: Case) -> str:
    """Write the publicity from the case: 整改任务、目标、完成情况、公示时间、异议受理 (docs/domain/process.md 2.1)."""
    row, days = case.content, case.content.finding.case.within.campaign.publicity_days
    done = [f"{m.n}. {m.content.rstrip('。')}：{m.result.rstrip('。')}。" for m in measures_of(case)]
    return "\n".join(
        (
            f"{case.unit_name}法治督察反馈问题整改情况公示",
            f"整改任务：{row.part or row.finding.statement}",
            f"整改目标：{row.goal}",
            "整改完成情况：",
            *done,
            *([f"建章立制：{row.institution}"] if row.institution else []),
            f"公示时间：自公示之日起 {days} 日。对整改情况有异议的，请在公示期内向下列单位反映，实名、匿名均可。",
        )
    )


def publish(case: Case, given: Given, day: date) -> dict[str, Any]:
    """Begin the publicity on the day the text went out.

    Raises:
        DomainError: the day is not between the step before and today, or the text holds what looks like personal data
            and the office has not said that it stands there on purpose.
    """
    on: date = given.get("published_on") or day
    if not case.since <= on <= day:
        said = f"须在 {case.since:%Y-%m-%d} 至 {day:%Y-%m-%d} 之间"
        raise DomainError(f"公示起始日期{said}", {"published_on": said})
    found = personal_data(f"{given['publicity_text']}\n{given['contact']}")
    if found and not given.get("text_checked"):
        said = f"像是个人信息：{'、'.join(found)}"
        raise DomainError(
            f"公示内容里{said}。请删去或者改成“某”；确需保留的，勾选“已核对个人信息”后再发布",
            {"publicity_text": said},
        )
    return {"published_on": on}


def objections_of(case: Case) -> list[Objection]:
    """Return what was objected since the publicity began, oldest first; read once a page."""
    begun = case.content.published_on
    if begun is None:
        return []
    prefetch_related_objects([case], "objections")
    return [one for one in case.objections.all() if one.received_on >= begun]


def waiting(case: Case) -> list[Objection]:
    return [one for one in objections_of(case) if not one.outcome]


def upheld(case: Case) -> list[Objection]:
    stood = {ObjectionOutcome.UPHELD, ObjectionOutcome.PARTLY}
    return [one for one in objections_of(case) if one.outcome in stood]


def in_words(case: Case, given: Given, day: date) -> str:
    """Say of the publicity that ends how much was objected and what came of it: no content, for the unit reads it."""
    counted = Counter(one.get_outcome_display() for one in objections_of(case))
    if not counted:
        return "公示期间没有收到异议"
    return f"公示期间收到异议 {counted.total()} 件：" + "，".join(f"{word} {n} 件" for word, n in counted.items())


def enter(doing: Doing) -> None:
    """Enter an objection in the register.

    Raises:
        DomainError: it came before the publicity began, or is to come.
    """
    case, on = doing.case, doing.given["objected_on"]
    begun = case.content.published_on
    if begun is None or not begun <= on <= doing.day:
        said = f"须在 {begun or case.since:%Y-%m-%d} 至 {doing.day:%Y-%m-%d} 之间"
        raise DomainError(f"收到日期{said}", {"objected_on": said})
    Objection.objects.create(
        case=case, received_on=on, objector=doing.given["objector"], content=str(doing.given["objection"]).strip()
    )


def answer(doing: Doing) -> None:
    """Write what came of an objection.

    Raises:
        DomainError: it was answered before.
    """
    row: Objection = Objection.objects.select_for_update().get(pk=doing.given["objection_row"].pk, case=doing.case)
    if row.outcome:
        raise DomainError("这件异议已经处理过", {"objection_row": "已经处理"})
    row.outcome, row.answered_on = doing.given["objection_outcome"], doing.day
    row.answer = str(doing.given["objection_answer"]).strip()
    row.save(update_fields=["outcome", "answer", "answered_on"])


def _rows(case: Case, actor: Actor) -> Any:
    return Objection.objects.filter(case=case, outcome="").order_by("pk")


INPUTS = (
    Input("channel", "公示渠道", "choices", options=tuple(Channel.choices)),
    Input("published_on", "公示起始日期", "date", help="公示内容发出的日期，不填的为今天。"),
    Input("publicity_text", "公示内容", initial=proposed_text, most=6_000,
          help="已按本件的问题、目标和完成情况拟好，可以修改。不写个人姓名、证件号码、电话，写作“某”。"),
    Input("contact", "受理异议的单位和电话", "short", most=100, initial=lambda case: settings.PUBLICITY_CONTACT,
          help="附在公示内容后面。"),
    Input("secrecy_review", "保密审查人和意见", "short", most=100, inside=True,
          help="如“李某（办公室主任），不涉密，可以公开”。"),
    Input("text_checked", "已核对个人信息，确需保留", "yes",
          help="公示内容里有像证件号码、手机号、姓名的，会提示；核对后确需保留的才勾选。"),
    Input("objected_on", "收到日期", "date"),
    Input("objector", "提出人类别", "choice", options=tuple(Objector.choices), inside=True,
          help="只记类别，不记姓名、电话。"),
    Input("objection", "异议内容", inside=True, most=500),
    Input("objection_row", "处理哪一件", "row", rows=_rows, inside=True),
    Input("objection_outcome", "处理结果", "choice", options=tuple(ObjectionOutcome.choices)),
    Input("objection_answer", "处理情况", inside=True, most=500, help="写明怎样核实、依据什么、怎样答复。"),
)  # fmt: skip

"""以会代改: a measure that asks for an act, proved by papers of meetings alone."""

from collections.abc import Iterator

from casework.enums import MaterialKind
from rectification.paper.filing import Evidence, Filing
from rectification.paper.rule import Found, Rule, Setting

MEETINGS = frozenset({MaterialKind.MINUTES, MaterialKind.TRAINING})
ABOUT_MEETINGS = ("会议", "纪要", "座谈", "签到", "培训", "学习", "研讨", "议程", "动员", "推进会", "工作会", "例会")
OUTCOMES = ("印发", "通知", "决定", "公告", "回单")  # what came of a meeting is no paper of the meeting
ACTS = (
    "拆除", "复垦", "恢复耕种", "退还", "返还", "清退", "处罚", "立案", "查处", "补办", "补做", "复测", "埋设",
    "公示", "公开", "修订", "印发", "出台", "废止", "清理", "补录", "更正", "支付", "兑付", "验收", "安装", "补齐",
)  # fmt: skip


def _find(filing: Filing, setting: Setting) -> Iterator[Found]:
    for measure in filing.measures:
        asked = f"{measure.content}{measure.deliverable}"
        act = next((word for word in setting.words if word in asked), "")
        proofs = [one for one in filing.evidence if measure in one.measures]
        if act and proofs and all(map(_is_of_a_meeting, proofs)):
            yield Found({"act": act, "n": len(proofs)}, measure=measure)


def _is_of_a_meeting(one: Evidence) -> bool:
    """By its kind where that was said; else by its name and by how its text begins."""
    if one.file.kind != MaterialKind.OTHER:
        return one.file.kind in MEETINGS
    called = f"{one.file.name}{one.traits.head[:40]}"
    return any(word in called for word in ABOUT_MEETINGS) and not any(word in called for word in OUTCOMES)


RULE = Rule(
    name="only_meetings",
    title="只有会议材料",
    compares="措施或者验收标准要求办实事（所列词语），佐证却只有会议纪要、培训签到一类的材料。",
    says="措施 {measure} 要求“{act}”，{n} 件佐证都是会议、培训一类的材料。",
    find=_find,
    order=80,
    is_on=False,  # on the fresh pairs it was right four times of five (docs/decisions/0033)
    words=ACTS,
)

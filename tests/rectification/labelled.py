"""A labelled set for the rules of 纸面整改: pairs of which it is known by making whether one was taken from the other.

Pictures and texts are made by rule, copied as people copy (cut, turned, saved again; names and figures changed,
sentences put in another order, words exchanged), and put beside honest look-alikes: another meeting in the same hall,
another page under the same letterhead, the same form filled in differently, other work in the office's phrases.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

from PIL import Image

from tests.rectification.pictures import cut, lightened, meeting, page, saved_again, scene, tilted


class Pictures(NamedTuple):
    """An earlier picture, a later one, and whether the later is the earlier."""

    what: str
    earlier: Image.Image
    later: Image.Image
    is_copy: bool


CHANGES: dict[str, Callable[[Image.Image, int], Image.Image]] = {
    "重新压缩": lambda one, n: saved_again(one, 35 + n),
    "裁去一成": lambda one, n: saved_again(cut(one, 0.1, seed=n), 70, 1),
    "裁去两成": lambda one, n: cut(one, 0.2, seed=n),
    "旋转 90 度": lambda one, n: saved_again(one.rotate(90 * (1 + n % 3), expand=True)),
    "转正后裁边": lambda one, n: cut(one.rotate(180), 0.08, seed=n),
    "倾斜 2 度": lambda one, n: tilted(one),
    "调亮": lambda one, n: lightened(one),
}


def picture_pairs() -> Iterator[Pictures]:
    """Give 28 copies and 28 look-alikes."""
    for n, (what, change) in enumerate(CHANGES.items()):
        for k, draw in enumerate((scene, scene, meeting, page)):
            one = draw(100 + 10 * n + k)
            yield Pictures(f"{draw.__name__} {what}", one, change(one, n), True)
    for n in range(7):
        yield Pictures("同一会场的另一次会议", meeting(300 + n), meeting(400 + n), False)
        yield Pictures("同一版头的另一页", page(300 + n), page(400 + n), False)
        yield Pictures("同一表格另填", page(500 + n, rows=18), page(600 + n, rows=18), False)
        yield Pictures("另一处现场", scene(300 + n), scene(400 + n), False)


class Texts(NamedTuple):
    """What a unit wrote first, what another wrote later, and whether it was taken over."""

    what: str
    earlier: str
    later: str
    is_copy: bool


TOPICS = {
    "案卷": ("行政处罚案卷", "未经法制审核的案卷", "听证告知文书", "执法全过程记录", "罚没财物台账"),
    "耕地": ("撂荒地块", "补充耕地项目", "临时用地复垦", "占补平衡指标", "耕地勘界图斑"),
    "合同": ("招商协议", "政府采购合同", "拖欠企业账款", "承诺未兑现事项", "土地出让合同"),
    "普法": ("普法责任清单", "旁听庭审计划", "法治副校长名册", "农村法律明白人", "领导干部学法档案"),
    "许可": ("行政许可事项", "告知承诺书", "办件超期记录", "证明材料清单", "中介服务事项"),
}
WHO = ("法规科", "执法大队", "综合股", "办公室", "各乡镇司法所", "审批股", "监督股", "分管领导", "驻村工作队")
HOW = (
    "逐件翻阅",
    "对照清单核对",
    "现场丈量",
    "调取系统记录比对",
    "抽样复核",
    "入户核实",
    "请律师逐份审查",
    "交叉检查",
    "倒查",
    "回访",
)
DID = (
    "查出缺项后当场补正", "退回原承办人重做", "与当事人补签确认书", "报请主要负责人签批", "在单位网站公开",
    "移交纪检部门处理", "换发新的文书", "建立单独的卷宗", "按季度更新", "列入年度考核扣分", "追回已经支付的款项",
    "办结后请群众代表验收", "由第三方机构出具意见", "录入执法办案平台", "向上级主管部门备案",
)  # fmt: skip
WHEN = ("春耕以前", "汛期以前", "本季度内", "国庆以前", "每月底", "收到反馈后一周内", "年底以前", "供暖季以前")
WHY = (
    "原因是承办人员更换后没有交接", "主要是经费没有列入预算", "当时误以为不需要审核", "根子在制度没有明确到岗位",
    "乡镇一级缺少有资格的人员", "系统升级时数据没有导全", "部门之间互相等靠", "历史上的协议没有留底",
)  # fmt: skip
OFFICE = (
    "提高政治站位，压实整改责任，确保整改到位、见到实效。",
    "成立由主要负责人任组长的整改工作领导小组，统筹推进各项整改任务。",
    "举一反三，建立长效机制，坚决防止问题反弹。",
    "坚持问题导向，逐项逐条对照落实整改。",
)
SYNONYMS = (
    ("逐件", "一件一件"),
    ("核对", "比对"),
    ("办结", "办完"),
    ("当场", "现场"),
    ("查出", "发现"),
    ("建立", "设立"),
)


def a_text(rng: random.Random, topic: str) -> str:
    """Return what an honest unit writes: the office's phrases, and its own work in its own words."""
    things = TOPICS[topic]
    own = []
    for _ in range(7):
        own.append(
            rng.choice(
                (
                    "{who}{when}对{n}件{thing}{how}，{did}。",
                    "{thing}{n}件，{why}，由{who}{did}。",
                    "{when}，{who}把{thing}{how}一遍，{n}处不符的{did}，其余{did2}。",
                    "{why}，所以先{did}，再由{who}对{thing}{how}。",
                )
            ).format(
                who=rng.choice(WHO), when=rng.choice(WHEN), thing=rng.choice(things), how=rng.choice(HOW),
                did=rng.choice(DID), did2=rng.choice(DID), why=rng.choice(WHY), n=rng.randint(2, 90),
            )
        )  # fmt: skip
    return "".join((rng.choice(OFFICE), *own, rng.choice(OFFICE)))


def _sentences(text: str) -> list[str]:
    return [f"{one}。" for one in text.split("。") if one]


def _renumbered(text: str, rng: random.Random) -> str:
    return "".join(str(rng.randint(1, 9)) if letter.isdigit() else letter for letter in text)


def _reordered(text: str, rng: random.Random) -> str:
    found = _sentences(text)
    rng.shuffle(found)
    return "".join(found)


def _reworded(text: str, rng: random.Random) -> str:
    for word, other in SYNONYMS:
        text = text.replace(word, other)
    return _renumbered(text, rng)


def _partly(text: str, rng: random.Random) -> str:
    """Keep all sentences but two, which are one's own."""
    found = _sentences(text)
    return "".join((*found[:-3], *_sentences(a_text(rng, rng.choice([*TOPICS])))[1:3]))


COPIED: dict[str, Callable[[str, random.Random], str]] = {
    "照抄": lambda text, rng: text,
    "改了数字": _renumbered,
    "换了次序": _reordered,
    "换了词": _reworded,
    "改写两句": _partly,
}


def text_pairs() -> Iterator[Texts]:
    """Give 25 copies and 30 honest texts on the same topic, in the same phrases."""
    rng = random.Random(20260706)
    for topic in TOPICS:
        for what, change in COPIED.items():
            one = a_text(rng, topic)
            yield Texts(f"{topic} {what}", one, change(one, rng), True)
        for _ in range(6):
            yield Texts(f"{topic} 各写各的", a_text(rng, topic), a_text(rng, topic), False)


class Proof(NamedTuple):
    """What a measure asks for, how its only evidence is called, and whether that is a meeting instead of the act."""

    measure: str
    file: str
    is_wrong: bool


PROOFS = (
    Proof("拆除违法建筑 3 处", "专题会议纪要.docx", True),
    Proof("退还多收的费用", "整改推进座谈会签到表.docx", True),
    Proof("对 12 份案卷补办听证告知", "业务培训签到册.docx", True),
    Proof("修订裁量基准并印发", "党组会议议程.docx", True),
    Proof("在政府网站公开执法结果", "学习研讨材料.docx", True),
    Proof("兑付拖欠企业账款", "动员大会讲话.docx", True),
    Proof("复垦撂荒地 40 亩", "工作推进会照片说明.docx", True),
    Proof("清理过期文件", "清理会议纪要.docx", True),
    Proof("拆除违法建筑 3 处", "拆除前后对比.docx", False),
    Proof("退还多收的费用", "银行退款回单.docx", False),
    Proof("对 12 份案卷补办听证告知", "补办文书.docx", False),
    Proof("修订裁量基准并印发", "印发通知.docx", False),
    Proof("组织执法人员培训", "培训签到册.docx", False),
    Proof("每季度召开联席会议", "第二季度会议纪要.docx", False),
    Proof("开展法治专题学习", "中心组学习记录.docx", False),
    Proof("清理过期文件", "废止文件目录.docx", False),
    Proof("修订会议制度并印发", "关于印发会议制度的通知.docx", False),
)


class Paper(NamedTuple):
    """The text of a paper filed by 甲 ({own}), which may be the paper of another unit ({other})."""

    text: str
    is_others: bool


PAPERS = (
    Paper("{other}文件关于印发整改方案的通知各科室{body}{other}", True),
    Paper("{other}整改情况报告{body}{other}二〇二六年五月", True),
    Paper("{other}会议纪要{body}{other}办公室", True),
    Paper("关于案卷评查的通报{body}{other}{other}", True),
    Paper("{other}执法全过程记录制度第一条{body}本制度由{other}负责解释", True),
    Paper("整改台账填报单位{other}{body}填报人签字{other}", True),
    Paper("{own}文件关于印发整改方案的通知各科室{body}{own}", False),
    Paper("{own}关于与{other}共同开展检查的报告{body}{own}", False),
    Paper("{other}关于移送案件的函{own}{body}{other}", False),
    Paper("关于联合执法的方案{body}{other}、{own}", False),
    Paper("中共庆阳市委全面依法治市委员会办公室通知{body}", False),
    Paper("会议纪要{body}参加单位{other}等，会议由本局召集", False),
    Paper("整改台账{body}", False),
    Paper("学习{other}经验的报告{body}{own}", False),
)
BODY = "一、对照问题逐项核对，明确责任人和时限。" * 12
N_PAIRS = 56 + 55 + len(PROOFS) + len(PAPERS)

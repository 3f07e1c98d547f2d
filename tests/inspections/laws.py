"""Laws written for the tests: a document, its versions, their articles."""

from __future__ import annotations

from datetime import date

from inspections.law_texts.splitting import split
from inspections.models import Basis, LawVersion
from inspections.services import law_library

OLD = """某市执法公示条例
（2018年3月2日某市人民代表大会常务委员会第九次会议通过）
第一章 总则
第一条 为了规范执法公示，制定本条例。
第二条 执法结果应当在三十日内公示。
第二章 附则
第三条 本条例自2018年5月1日起施行。"""
NEW = """某市执法公示条例
（2018年3月2日某市人民代表大会常务委员会第九次会议通过 2023年9月1日某市人民代表大会常务委员会第三次会议修订）
第一章 总则
第一条 为了规范执法公示，制定本条例。
第二条 执法机关应当指定专人负责公示。
第三条 执法结果应当自决定作出之日起七个工作日内公示。
公示的内容包括：
（一）当事人的名称；
（二）违法事实和依据。
前款规定以外的内容不得公示。
第二章 附则
第四条 本条例自2024年1月1日起施行。"""


def a_law(
    text: str, *, basis: Basis | None = None, adopted: date = date(2023, 9, 1), since: date = date(2024, 1, 1)
) -> LawVersion:
    """A version of a document as somebody has confirmed it."""
    if basis is None:
        basis = Basis.objects.get_or_create(
            code="YJ90", defaults={"name": "某市执法公示条例", "short_name": "执法公示条例"}
        )[0]
    return law_library.load(
        basis,
        split(text.splitlines()).told(),
        adopted_on=adopted,
        in_force_from=since,
        file_name="条例.txt",
        digest="0" * 64,
        actor=None,
    )


def two_versions() -> tuple[LawVersion, LawVersion]:
    """The old one, in force until the end of 2023, and the new one."""
    return a_law(OLD, adopted=date(2018, 3, 2), since=date(2018, 5, 1)), a_law(NEW)

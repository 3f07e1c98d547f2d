"""文字雷同: plan or results taken over from another unit, or from one's own of a former year (docs/decisions/0033).

The title is written by whoever found the problem, so it says nothing of the unit: like what the finding states, it is
taken out of the texts that are compared.
"""

from collections.abc import Iterator

from casework.models import Case
from rectification.paper import texts
from rectification.paper.filing import Filing
from rectification.paper.rule import MOST_OF_ONE, Found, Rule, Setting
from rectification.workflow.verdicts import measures_of

PARTS = {texts.PLAN: "整改方案", texts.RESULT: "完成情况"}


def _find(filing: Filing, setting: Setting) -> Iterator[Found]:
    case, not_own = filing.case, texts.said_by_others(filing.case, filing.measures)
    units = texts.own_names(case)
    for part, what in PARTS.items():
        text = filing.texts[part]
        mine = texts.keep_marks(case, part, texts.marks(text, not_own, units))
        likes = [like for like in texts.likest(case, part, mine) if like.share >= setting.threshold]
        rows = Case.objects.select_related("rectification__finding", "unit").in_bulk([like.case for like in likes])
        meant = [(like, rows[like.case]) for like in likes if _is_meant(case, rows[like.case])]
        for like, other in meant[:MOST_OF_ONE]:
            own, theirs = texts.passages(text, texts.own_texts(other, measures_of(other))[part])
            said = {"share": like.share, "what": what, "own": own, "theirs": theirs}
            yield Found(said | {"whose": _whose(case, other)}, twin=other, part=part)


def _is_meant(case: Case, other: Case) -> bool:
    """Another unit's, or one's own of a former year; those who rectify one finding together may agree."""
    is_before = other.unit_id != case.unit_id or other.opened_on.year < case.opened_on.year
    return is_before and other.content.finding_id != case.content.finding_id


def _whose(case: Case, other: Case) -> str:
    return "本单位往年的" if other.unit_id == case.unit_id else "其他单位的"


RULE = Rule(
    name="same_text",
    title="文字雷同",
    compares="整改方案、完成情况与其他单位先报的或者本单位往年的大段相同；问题表述、规定措施、单位名称、数字和许多单位"
    "都用的套话不算。",
    says="{what}有 {share}% 的文字与{whose}{twin}相同。",
    find=_find,
    order=60,
    threshold=60,
    limit="相同的文字不低于（%）",
)

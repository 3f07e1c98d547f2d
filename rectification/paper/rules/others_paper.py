"""材料属其他单位: the text of a paper says that another unit made it, and never names the one that files it."""

from collections.abc import Iterator

from organizations.models import Unit
from rectification.models import FileTraits
from rectification.paper import names
from rectification.paper.filing import Filing
from rectification.paper.rule import Found, Rule, Setting


def _find(filing: Filing, setting: Setting) -> Iterator[Found]:
    named = [one for one in filing.evidence if one.traits.named]
    if not named:
        return
    family = filing.case.unit.family_ids()
    own = names.names_of(family)
    for one in named:
        said = {int(pk): n for pk, n in one.traits.named.items()}
        says_own = any(name in one.traits.head + one.traits.tail for name in own)
        if says_own or said.keys() & set(family):
            continue
        other = max(said, key=lambda pk: (said[pk], -pk))
        if said[other] >= setting.threshold and _is_theirs(one.traits, other):
            unit = Unit.objects.get(pk=other)
            yield Found({"unit": unit.short_name, "n": said[other]}, one.file)


def _is_theirs(traits: FileTraits, unit: int) -> bool:
    """It stands where a paper says whose it is: in its head or under its end."""
    return any(name in traits.head or name in traits.tail for name in names.names_of([unit]))


RULE = Rule(
    name="others_paper",
    title="材料属其他单位",
    compares="pdf、docx 的文字层开头或落款写的是另一个单位，全文没有写本单位；没有文字层的扫描件不识别。",
    says="“{file}”的文字写的是{unit}（{n} 处），没有写本单位。",
    find=_find,
    order=90,
    threshold=2,
    limit="写到另一个单位不少于（处）",
)

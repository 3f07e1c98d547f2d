"""形成早于发现 (docs/domain/process.md 2.5: 佐证日期早于问题发现日期)."""

from collections.abc import Iterator

from rectification.paper.filing import Filing
from rectification.paper.rule import Found, Rule, Setting


def _find(filing: Filing, setting: Setting) -> Iterator[Found]:
    for one in filing.evidence:
        formed, by_camera = one.file.formed_on, one.traits.taken_on
        day = formed or by_camera
        if day is not None and day < filing.found_on:
            what = "形成日期" if formed else "拍摄日期"
            yield Found({"what": what, "day": day.isoformat(), "found": filing.found_on.isoformat()}, one.file)


RULE = Rule(
    name="formed_before",
    title="形成早于问题发现",
    compares="佐证填写的形成日期（没有填的看照片的拍摄日期）早于问题发现日期。",
    says="“{file}”的{what} {day} 早于问题发现日期 {found}。",
    find=_find,
    order=30,
)

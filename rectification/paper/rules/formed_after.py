"""形成晚于上传: a paper cannot be filed before it is there."""

from collections.abc import Iterator

from rectification.paper.filing import Filing, day_of
from rectification.paper.rule import Found, Rule, Setting


def _find(filing: Filing, setting: Setting) -> Iterator[Found]:
    for one in filing.evidence:
        sent = day_of(one.file)
        for what, day in (("形成日期", one.file.formed_on), ("拍摄日期", one.traits.taken_on)):
            if day is not None and day > sent:
                yield Found({"what": what, "day": day.isoformat(), "sent": sent.isoformat()}, one.file)
                break


RULE = Rule(
    name="formed_after",
    title="形成晚于上传",
    compares="佐证填写的形成日期，或者照片的拍摄日期，晚于它上传的那一天。",
    says="“{file}”的{what} {day} 晚于上传日期 {sent}。",
    find=_find,
    order=40,
)

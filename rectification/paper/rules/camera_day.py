"""拍摄日期不符: the clock of the camera against the day that was stated (docs/domain/dictionaries.md 9.8)."""

from collections.abc import Iterator

from rectification.paper.filing import Filing
from rectification.paper.rule import Found, Rule, Setting


def _find(filing: Filing, setting: Setting) -> Iterator[Found]:
    for one in filing.evidence:
        formed, taken = one.file.formed_on, one.traits.taken_on
        if formed and taken and abs((formed - taken).days) > setting.threshold:
            yield Found({"day": formed.isoformat(), "taken": taken.isoformat()}, one.file)


RULE = Rule(
    name="camera_day",
    title="拍摄日期不符",
    compares="照片里相机记下的拍摄日期与填写的形成日期相差过多。",
    says="“{file}”填写的形成日期是 {day}，相机记下的拍摄日期是 {taken}。",
    find=_find,
    order=50,
    threshold=3,
    limit="相差超过（日）",
)

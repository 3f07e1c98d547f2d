"""临期集中报送: all evidence of a case comes in the last minutes of its deadline."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.utils import timezone

from rectification.paper.filing import Filing
from rectification.paper.rule import Found, Rule, Setting

FEWEST = 2  # pieces: one alone is not "everything"


def _find(filing: Filing, setting: Setting) -> Iterator[Found]:
    due, sent = filing.case.due_on, [one.file.uploaded_at for one in filing.evidence]
    if due is None or len(sent) < FEWEST:
        return
    # 到期时刻：当日 24:00 (docs/domain/compliance.md 7.1.5)
    ends = timezone.make_aware(datetime.combine(due + timedelta(1), time.min))
    if ends - timedelta(minutes=setting.threshold) <= min(sent) and max(sent) < ends:
        began = timezone.localtime(min(sent))
        yield Found({"n": len(sent), "began": f"{began:%H:%M}", "day": due.isoformat()})


RULE = Rule(
    name="last_minutes",
    title="临到时限集中报送",
    compares="两件以上的佐证，全部在整改时限当日 24 时以前的最后若干分钟上传。",
    says="{n} 件佐证全部在时限当日（{day}）{began} 以后上传。",
    find=_find,
    order=70,
    threshold=60,
    limit="最后多少分钟",
)

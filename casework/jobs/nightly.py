"""What runs every night, in this order; higher floors append in AppConfig.ready(). Each job is repeatable and says what it did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from casework.deadlines import recompute
from casework.files import attachments
from casework.models import Case
from casework.search import index
from casework.workflow import trail

Job = tuple[str, Callable[[], str]]


def check_recent_trails() -> str:
    """Verify the chains of the cards touched since yesterday; `verify_trail` looks at everything."""
    since = timezone.now() - timedelta(days=1, hours=1)
    cards = Case.objects.filter(events__at__gte=since).distinct()
    broken = list(trail.verify(cards))
    if broken:
        said = "；".join(f"第 {case} 件第 {seq} 条{what}" for case, seq, what in broken[:5])
        raise RuntimeError(f"办理经过有 {len(broken)} 处不符：{said}")
    return "当日办理经过核对无误"


def head_of_yesterday() -> str:
    """Write the hash of yesterday's events into the log of the night, which lies outside the database."""
    day = timezone.localdate() - timedelta(1)
    head, n = trail.day_head(day)
    return f"{day:%Y-%m-%d} 经过 {n} 条，日链值 {head}"


def count_words() -> str:
    """Count the bigrams anew: they only choose which tokens the search for likenesses asks first (data.md C)."""
    return f"词对 {index.count_bigrams()} 个"


JOBS: list[Job] = [
    ("核对办理经过", check_recent_trails),
    ("经过日链值", head_of_yesterday),
    ("统计词对频次", count_words),
    ("核对放假安排", recompute.adopt_announced),
    ("清理附件", attachments.sweep),
]

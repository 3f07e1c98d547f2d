"""What the figures do every night."""

from __future__ import annotations

from casework.chore import Found
from casework.jobs.night import Night, NightlyJob, share_of
from dashboards.cube import seals
from dashboards.jobs import checks
from dashboards.jobs.chores import PIECE

NEWEST = 3  # sealed periods that are looked at every night
LOOK = "请在“维护”页运行“核对统计”，查看全部不符之处和修复办法"


def seal_finished(night: Night) -> Found:
    """Seal what has finished and is not sealed; a period a transaction, so a killed night goes on with the next."""
    done = [period for period in seals.periods_to_seal() if seals.seal(period)]
    return Found(f"封存 {len(done)} 个期间：{'、'.join(done[-3:])}" if done else "没有需要封存的期间")


def check_share(night: Night) -> Found:
    """Compare the cards whose turn it is with their trail; the newest seals and a seventh of the others with cards."""
    share = share_of(checks.counted(), night.day)
    night.each(share.rows, lambda keys: list(checks.wrong_cards(keys)), PIECE)
    sealed = checks.sealed_periods()
    periods = sorted({*sealed[-NEWEST:], *sealed[night.day.weekday() :: 7]})
    wrong = [*night.found, *checks.wrong_seals(periods)]
    return Found(
        f"{share.said}卡片 {night.done} 件、封存期间 {len(periods)} 个，{'有不符' if wrong else '统计核对无误'}",
        wrong,
        LOOK,
        share.is_whole and set(periods) == set(sealed),
    )


JOBS = (
    NightlyJob(60, "seal_finished", "封存统计", seal_finished),
    NightlyJob(70, "check_share", "核对统计", check_share, "check_figures"),
)

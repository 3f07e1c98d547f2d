"""What the figures do every night."""

from __future__ import annotations

from casework.chore import Found
from casework.jobs.night import Night, NightlyJob
from dashboards.cube import seals
from dashboards.jobs import checks

NIGHTLY_SAMPLE = 200
LOOK = "请在“维护”页运行“核对统计”，查看全部不符之处和修复办法"


def seal_finished(night: Night) -> Found:
    """Seal what has finished and is not sealed; a period a transaction, so a killed night goes on with the next."""
    done = [period for period in seals.periods_to_seal() if seals.seal(period)]
    return Found(f"封存 {len(done)} 个期间：{'、'.join(done[-3:])}" if done else "没有需要封存的期间")


def check_sample(night: Night) -> Found:
    """Compare a sample of cards with their trail, and the newest seals with the cards."""
    keys, periods = checks.sample_of_cards(NIGHTLY_SAMPLE), checks.sealed_periods()[-3:]
    wrong = [*checks.wrong_cards(keys), *checks.wrong_seals(periods)]
    return Found(
        f"抽查 {len(keys)} 件、封存期间 {len(periods)} 个，{'有不符' if wrong else '统计核对无误'}", wrong, LOOK
    )


JOBS = (
    NightlyJob(60, "seal_finished", "封存统计", seal_finished),
    NightlyJob(70, "check_sample", "核对统计", check_sample),
)

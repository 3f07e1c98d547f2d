"""What the figures do every night (casework.jobs.nightly.JOBS)."""

from __future__ import annotations

from dashboards import checks, seals

NIGHTLY_SAMPLE = 200


def seal_finished() -> str:
    """Seal what has finished and is not sealed; repeatable."""
    done = [period for period in seals.periods_to_seal() if seals.seal(period)]
    return f"封存 {len(done)} 个期间：{'、'.join(done[-3:])}" if done else "没有需要封存的期间"


def check_sample() -> str:
    """Compare a sample of cards with their trail, and the newest seals with the cards.

    Raises:
        RuntimeError: something differs.
    """
    wrong = [
        *checks.wrong_cards(checks.sample_of_cards(NIGHTLY_SAMPLE)),
        *checks.wrong_seals(checks.sealed_periods()[-3:]),
    ]
    if wrong:
        raise RuntimeError("；".join(wrong[:5]) + "。请运行 manage.py check_figures 查看全部和修复办法")
    return "统计核对无误"

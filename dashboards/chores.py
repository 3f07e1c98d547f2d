"""The chores of the figures: do they hold, and the seals anew."""

from __future__ import annotations

from casework.jobs.upkeep import CHECKS, REBUILDS, Chore, Found, Progress
from dashboards import checks, seals

PIECE = 200
MEND = (
    "修复办法：封存不符的，运行“重建统计”（manage.py rebuild_figures，只重建封存，不动卡片和经过）；"
    "卡片不符的，先“核对办理经过”（manage.py verify_trail），经过完好说明卡片被绕过程序改动，请保护现场、联系审计管理员，再按经过改回卡片。"
)


def check_figures(progress: Progress, *, most: int | None = None, seed: int | None = None) -> Found:
    """Compare cards with the replay of their trails (all of them, or so many drawn at random), and every seal with a live count."""
    keys = checks.sample_of_cards(most, seed)
    periods = checks.sealed_periods()
    of, wrong = len(keys) + len(periods), list[str]()
    for at in range(0, len(keys), PIECE):
        wrong += checks.wrong_cards(keys[at : at + PIECE])
        progress(min(at + PIECE, len(keys)), of)
    for n, period in enumerate(periods, len(keys) + 1):
        wrong += checks.wrong_seals([period])
        progress(n, of)
    said = f"核对卡片 {len(keys)} 件、封存期间 {len(periods)} 个，{f'{len(wrong)} 处不符' if wrong else '全部相符'}"
    return Found(said, wrong, MEND)


def rebuild_figures(progress: Progress) -> Found:
    """Count every sealed period anew from the cards; one transaction a period."""
    periods = sorted({*seals.periods_to_seal(), *checks.sealed_periods()})
    done = 0
    for n, period in enumerate(periods, 1):
        done += seals.seal(period, again=True)
        progress(n, len(periods))
    return Found(f"重建 {done} 个期间")


CHORES = (
    Chore("check_figures", "核对统计", "卡片与经过重放对照，封存与现数对照；只读。", "项", CHECKS, check_figures),
    Chore(
        "rebuild_figures",
        "重建统计",
        "把封存的统计全部按卡片重新计数；不改卡片和经过，一期一次提交。",
        "期",
        REBUILDS,
        rebuild_figures,
    ),
)

"""The chores of the figures: do they hold, and the seals anew."""

from __future__ import annotations

from itertools import chain

from casework.chore import CHECKS, REBUILDS, Chore, Found, Progress
from casework.jobs import overwritten
from casework.querysets import key_pieces
from dashboards.cube import seals
from dashboards.jobs import checks
from dashboards.models import SealedCell

PIECE = 200
MEND = (
    "修复办法：封存不符的，查清以后请系统管理员在服务器上写明原因“重建统计”（--explained；只重建封存，不动卡片和经过，被覆盖的会留存）；"
    "卡片不符的，先“核对办理经过”，"
    "经过完好说明卡片被绕过程序改动，请保护现场、联系审计管理员，再按经过改回卡片。"
)


def check_figures(progress: Progress, *, most: int | None = None, seed: int | None = None) -> Found:
    """Compare cards with the replay of their trails, and every seal with a live count.

    All of the cards, or so many drawn at random.
    """
    cards = checks.counted() if most is None else checks.counted().filter(pk__in=checks.sample_of_cards(most, seed))
    periods, wrong, done = checks.sealed_periods(), list[str](), 0
    of = cards.count() + len(periods)
    for keys in key_pieces(cards, PIECE):
        wrong += checks.wrong_cards(keys)
        done += len(keys)
        progress(done, max(of, done))
    for n, period in enumerate(periods, done + 1):
        wrong += checks.wrong_seals([period])
        progress(n, max(of, n))
    said = f"核对卡片 {done} 件、封存期间 {len(periods)} 个，{f'{len(wrong)} 处不符' if wrong else '全部相符'}"
    return Found(said, wrong, MEND)


def rebuild_figures(progress: Progress, *, explained: str = "") -> Found:
    """Count every sealed period anew from the cards, one transaction a period; not while a difference is unexplained.

    What stood in a period that differs is kept first.
    """
    sealed = sorted(seals.valid_seals())
    wrong = {period: found for period in sealed if (found := list(checks.wrong_seals([period])))}
    if not explained and (differences := [*overwritten.unexplained(), *chain(*wrong.values()), *_cards_of(sealed)]):
        return overwritten.refused(differences)
    keep = overwritten.keeper("figures", explained)
    periods = sorted({*seals.periods_to_seal(), *checks.sealed_periods()})
    done = 0
    for n, period in enumerate(periods, 1):
        if period in wrong:
            keep(SealedCell.objects.filter(period=period).order_by("pk").values())
        done += seals.seal(period, again=True)
        progress(n, len(periods))
    return Found(f"重建 {done} 个期间")


def _cards_of(sealed: list[str]) -> list[str]:
    """Return what is wrong with the cards: counted anew, a forged one would look as if it had always been so."""
    pieces = key_pieces(checks.counted(), PIECE) if sealed else ()
    return [sentence for keys in pieces for sentence in checks.wrong_cards(keys)]


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

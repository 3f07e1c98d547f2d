"""What every number carries with it: whose it is, as of which day, and how it is counted (docs/figures.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.forms import LEADS
from ui.sheets import Above

if TYPE_CHECKING:
    from dashboards.board.range import Range

WHOLE = "全市"
LONGEST = 40  # characters of a scope in a title or in the name of a file; the whole of it stands below the title


def parts(found: Range) -> list[str]:
    """Return what the range is narrowed to, each in words: the reader's own unit, campaigns, every other condition."""
    form, labels = found.form, found.labels
    named = dict(form.fields["within"].choices)  # type: ignore[attr-defined]
    told = [labels.unit(labels.actor.unit_id)] if labels.actor.is_inspected else []  # as it was called on the day
    told += [str(named[name]) for name in form.asked.get("within", ())]
    told += [words for name, words in form.chips() if name != "lead"]
    return list(dict.fromkeys(told))


def scope(found: Range) -> str:
    """Say whose numbers these are."""
    return "、".join(parts(found)) or WHOLE


def counting(found: Range) -> str:
    """Say whether a finding with several units counts once."""
    return dict(LEADS)[found.form.counting]


def day(found: Range) -> str:
    return f"截至 {found.selection.on:%Y-%m-%d}"


def days(found: Range) -> str:
    """Say both days that are compared."""
    return f"{found.since:%Y-%m-%d} 至 {found.selection.on:%Y-%m-%d}"


def told(found: Range, *, since: bool = False) -> str:
    """Say scope, day (or both days that are compared) and 统计口径 in one line."""
    return "，".join((days(found) if since else day(found), scope(found), counting(found)))


def title(found: Range, name: str) -> str:
    """Return what a sheet and its file are called: what it holds, and of whom."""
    return f"{name}（{shortened(scope(found))}）"


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def above(found: Range, definition: str, *, since: bool = False) -> Above:
    """Return what a sheet says before its rows."""
    lines = (
        f"{days(found) if since else day(found)}　范围：{scope(found)}",
        f"统计口径：{definition.rstrip('。')}；{counting(found)}。",
    )
    return Above(lines, found.selection.on)

"""What the leaders' page shows, made from a few sums."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from casework.models import Case, Topic
from dashboards.clues import DEFINITION, read_clues
from dashboards.figures import Value, all_figures
from dashboards.selection import Selection
from dashboards.sums import BANDS, Sums, read_league, read_sums, read_trend
from organizations.actor import Actor
from organizations.enums import UnitCategory
from organizations.models import Unit

# 方位示意, not a map: a drawn map would need an approved map number (look/LOOK.md, principle 8)
TILES = (("环县", 1), ("", 2), ("华池县", 3), ("镇原县", 1), ("庆城县", 2), ("合水县", 3), ("", 1), ("西峰区", 2), ("宁县", 3), ("", 1), ("", 2), ("正宁县", 3))


def selection_of(actor: Actor, *, on: date | None, within: int | None, unit: int | None = None, topic: int | None = None) -> Selection:
    """Return what the actor asks about, within what he may see: units see their own figures."""
    filters: dict[str, Any] = {"is_lead": True}
    if actor.is_inspected:
        filters["unit_id__in"] = list(actor.unit_ids)
    elif unit:
        filters["unit_id__in"] = [unit]
    if within:
        filters["within_id__in"] = [within]
    if topic:
        filters["topic_id__in"] = [topic]
    return Selection(filters, on if on and on < actor.today else None, actor.today)


def rows_url(figure: str, sel: Selection, *, whole: bool = False, **more: Any) -> str:
    """Return the address of the cards behind a number."""
    params: dict[str, Any] = {"on": sel.on.isoformat()} if sel.on else {}
    params |= {name.removesuffix("_id__in"): values[0] for name, values in sel.filters.items() if name.endswith("__in") and len(values) == 1}
    params |= {k: v for k, v in more.items() if v} | ({"whole": 1} if whole else {})
    return f"/figures/{figure}/?{urlencode(params)}" if params else f"/figures/{figure}/"


def line(label: str, sums: Sums, sel: Selection, **more: Any) -> dict[str, Any]:
    """Return one row of a table by unit, topic or campaign, each number with its address."""
    return {
        "label": label, "value": Value(sums.closed, sums.base), "overdue": sums.overdue, "long_term": sums.states["long_term"],
        "url": rows_url("closure_rate", sel, whole=True, **more), "closed_url": rows_url("closure_rate", sel, **more), "overdue_url": rows_url("overdue", sel, **more),
        "width": f"{100 * (sums.closed / sums.base if sums.base else 0):.1f}%",
    }  # fmt: skip


def merged(parts: list[Sums]) -> Sums:
    """Return the sums of several parts together."""
    whole = Sums()
    for part in parts:
        whole.states.update(part.states)
        whole.add(("late15", "late30", "late60", "late99", "soon", "on_time", "on_time_original", "days"), vars(part))
    return whole


def by_unit(sel: Selection) -> list[dict[str, Any]]:
    """Counties by code, then all departments as one line; never ranked by count."""
    league = read_league(sel, "unit_id")
    units = {u.pk: u for u in Unit.objects.filter(pk__in=league).order_by("code")}
    counties = [line(u.short_name, league[u.pk], sel, unit=u.pk) | {"county": True} for u in units.values() if u.category == UnitCategory.COUNTY]
    departments = [league[u.pk] for u in units.values() if u.category != UnitCategory.COUNTY]
    return [*counties, *([line("市直部门", merged(departments), sel) | {"url": "", "closed_url": "", "overdue_url": ""}] if departments else [])]


def departments(sel: Selection) -> list[dict[str, Any]]:
    """Every department with rectifications, by code."""
    league = read_league(sel, "unit_id")
    units = Unit.objects.filter(pk__in=league).exclude(category=UnitCategory.COUNTY).order_by("code")
    return [line(u.short_name, league[u.pk], sel, unit=u.pk) for u in units]


def by_topic(sel: Selection) -> list[dict[str, Any]]:
    league = read_league(sel, "topic_id")
    names = dict(Topic.objects.filter(pk__in=[k for k in league if k]).values_list("pk", "name"))
    keys = sorted((k for k in league if k), key=lambda k: names[k])
    return [line(names[k], league[k], sel, topic=k) for k in keys] + [line("未分类", league[k], sel) for k in league if not k]


def by_campaign(sel: Selection) -> list[dict[str, Any]]:
    league = read_league(sel, "within_id")
    campaigns = Case.objects.filter(pk__in=[k for k in league if k]).order_by("-number").values_list("pk", "title", "opened_on")
    return [line(f"{title}（{opened.year}）", league[pk], sel, within=pk) for pk, title, opened in campaigns]


def tiles(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the districts where they lie, shaded by closure rate."""
    rates = {row["label"]: row for row in lines if row.get("county")}
    shade = lambda share: "k1" if share is None or share < 0.65 else "k2" if share < 0.75 else "k3"
    return [{"name": name, "column": column, "row": rates.get(name), "shade": shade(rates[name]["value"].share) if name in rates else ""} for name, column in TILES]


def read_dashboard(sel: Selection) -> dict[str, Any]:
    """Return the context of the page: all from one snapshot, so the parts add up to the whole."""
    sums = read_sums(sel)
    month_end = sel.day.replace(day=1) - timedelta(1)
    before = read_sums(Selection(sel.filters, month_end, sel.today), median=False)
    units, trend = by_unit(sel), read_trend(sel)
    figures = [{"figure": f, "value": f.value(sums), "url": rows_url(f.name, sel), "whole_url": rows_url(f.name, sel, whole=True) if f.whole_rows else ""} for f in all_figures().values()]
    rate, earlier = Value(sums.closed, sums.base).share, Value(before.closed, before.base).share
    return {
        "sel": sel, "sums": sums, "top": [f for f in figures if f["figure"].is_on_top], "more": [f for f in figures if not f["figure"].is_on_top and not f["figure"].name.startswith("late")],
        "bands": [f | {"width": f"{100 * f['value'].part / (sums.overdue or 1):.0f}%"} for f in figures if f["figure"].name in {name for name, *_ in BANDS}],
        "change": (rate - earlier) * 100 if rate is not None and earlier is not None else None, "month_end": month_end, "units": units, "tiles": tiles(units),
        "topics": by_topic(sel), "campaigns": by_campaign(sel), "trend": trend, "clues": read_clues(sel.on, sel.filters.get("within_id__in")), "clue_definition": DEFINITION,
        "chart": {"months": [f"{t['month'].month} 月" for t in trend], "fed": [t["fed"] for t in trend], "closed": [t["closed"] for t in trend],
                  "rate": [round(t["rate"] * 100, 1) if t["rate"] is not None else None for t in trend]},
        "city": f"{100 * (rate or 0):.1f}%",
    }  # fmt: skip

"""What the figures must say, worked out a second time in plain Python from the trail alone.

Nothing of the product is imported but the rows of its trail (as plain values) and of its units. The definitions are
written again from the office's own words (docs/domain/results.md 11):

    整改完成率 = (已自验及以后状态 + 已销号)/(反馈问题总数 − 经批准中止);销号率 = 已销号/同分母;
    按期率 = 在当时有效时限内销号/(已销号 + 逾期未销号),提前销号的计入,未到期未销号的不进分母;原时限、批准时限各算一次;
    「剩」按工作日,「逾期」按自然日;反弹率 = 回头看判反弹/回头看抽查数;长期坚持类单列,不进「完成率」分母;
    一问题多单位时按牵头单位计 1 次,配合单位另计「参与」;百分比保留 1 位小数;80/81=98.8%。

docs/domain/dictionaries.md 9.7: 临期(≤15 个工作日). 9.11: 巩固良好 / 基本巩固 / 部分反弹 / 反弹 / 虚假整改.
5.2, K02 and the ladder of 督办: bands of 逾期.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from tests.dashboards.calendar_by_hand import works

ONE = timedelta(1)
# every state of a rectification, by what it is to the figures; a state that is not here stops the test
UNDER_WAY, SAID_DONE, APART, CLOSED, GONE = "under way", "said done", "apart", "closed", "gone"
STANDING = {
    "sign": UNDER_WAY,  # 待签收
    "claim": UNDER_WAY,  # 待认领
    "dispute": UNDER_WAY,  # 异议裁决
    "part": UNDER_WAY,  # 部分认领裁决
    "handover": UNDER_WAY,  # 移交裁决
    "plan": UNDER_WAY,  # 待报方案
    "plan_review": UNDER_WAY,  # 方案审核
    "plan_returned": UNDER_WAY,  # 方案退回
    "remedying": UNDER_WAY,  # 整改中
    "sent_back": UNDER_WAY,  # 退回补充
    "supervision": SAID_DONE,  # 待主管部门审核: 已自验及以后状态
    "publicity": SAID_DONE,  # 公示中
    "final_review": SAID_DONE,  # 待销号审定
    "long_term": APART,  # 长期坚持类单列
    "suspended": APART,  # 经批准中止
    "closed": CLOSED,  # 已销号
    "reassigned": GONE,  # 已改派: another card stands for it
    "void": GONE,  # 已撤销
}
ENDED = {CLOSED, GONE}
TICKING = {UNDER_WAY, SAID_DONE}
VERDICTS = {"firm": "巩固良好", "fair": "基本巩固", "partly": "部分反弹", "relapsed": "反弹", "false": "虚假整改"}
HELD, RELAPSED = ("巩固良好", "基本巩固"), ("部分反弹", "反弹", "虚假整改")
BANDS = ((1, 15, "1 至 15 日"), (16, 30, "16 至 30 日"), (31, 60, "31 至 60 日"), (61, None, "61 日以上"))
DUTIES = ("发督办函", "告诫，再次明确期限", "约谈主要负责人", "通报")
SOON = 15  # working days
OFFICE, UNIT = ("office_director", "office_staff"), ("unit_head", "unit_liaison")


class Units(NamedTuple):
    """What the figures need of an organisation: who belongs to whom now."""

    rows: Mapping[int, Mapping[str, Any]]  # code, short_name, category, parent_id, successor_id, is_inspected

    def root(self, pk: int) -> int:
        """Under which unit a card is shown today: what its unit was merged into, or the inspected unit above it."""
        seen = {pk}
        while True:
            row = self.rows[pk]
            above = row["parent_id"] if row["parent_id"] and self.rows[row["parent_id"]]["is_inspected"] else None
            up = row["successor_id"] or above
            if up is None or up in seen:
                return pk
            seen.add(pk := up)

    def family(self, pk: int) -> set[int]:
        """Return a unit, those below it and those merged into any of them."""
        found = {pk}
        while True:
            more = {
                k for k, row in self.rows.items() if row["successor_id"] in found or row["parent_id"] in found
            } - found
            if not more:
                return found
            found |= more

    def is_county(self, pk: int) -> bool:
        return bool(self.rows[self.root(pk)]["category"] == "county")

    def name(self, pk: int) -> str:
        return str(self.rows[pk]["short_name"])

    def in_order(self, keys: Iterable[int]) -> list[int]:
        return sorted(keys, key=lambda pk: self.rows[pk]["code"])


class Ask(NamedTuple):
    """Who asks for what, on which day."""

    on: date
    today: date
    role: str = "office_staff"
    own: int | None = None  # the reader's unit
    unit: int | None = None
    group: str = ""  # counties | departments
    topic: int | None = None  # 0: without one
    within: tuple[str, ...] = ()  # campaigns by key, years as y2026
    severity: int | None = None
    lead: str = ""  # all | assisting
    category: str = ""  # of the unit under which it is shown
    type: str = ""  # 整改类型
    opened: str = ""  # a month, 2026-04
    ended: str = ""

    @property
    def query(self) -> dict[str, str]:
        """The address of it."""
        asked = {
            "on": self.on.isoformat() if self.on != self.today else "",
            "unit": self.unit,
            "group": self.group,
            "topic": self.topic,
            "within": ",".join(self.within),
            "severity": self.severity,
            "lead": self.lead,
            "category": self.category,
            "type": self.type,
            "opened": self.opened,
            "ended": self.ended,
        }
        return {name: str(value) for name, value in asked.items() if value not in (None, "")}


class Card(NamedTuple):
    """One card at the end of a day."""

    pk: int
    unit: int
    within: int | None
    topic: int | None
    severity: int
    is_lead: bool
    opened: date
    original: date
    standing: str
    state: str
    due: date
    shut: date | None  # when it came to the end at which it stands

    def late(self, on: date, due: date | None = None) -> int:
        """Return how many calendar days it is overdue; 0 when it is not, or has no clock."""
        return max((on - (due or self.due)).days, 0) if self.standing in TICKING else 0


@dataclass
class Story:
    """The events of one card, in order, as plain values."""

    events: list[dict[str, Any]] = field(default_factory=list)

    @cached_property
    def now(self) -> dict[str, Any]:
        """What its labels are now: a correction holds for the past as well."""
        found: dict[str, Any] = {}
        for event in self.events:
            found |= event["after"]
        return found

    def on(self, day: date) -> tuple[str, date, date | None] | None:
        """Return (state, deadline, since when ended) at the end of a day; None before it was opened."""
        known = [event for event in self.events if event["day"] <= day]
        if not known:
            return None
        shut = None
        for event in reversed(known):
            if STANDING[event["state"]] not in ENDED:
                break
            shut = event["day"]
        return known[-1]["state"], known[-1]["due_on"], shut


class Share(NamedTuple):
    """So many of so many, each as the rows they are."""

    n: list[int]
    of: list[int]


class Line(NamedTuple):
    """A line: each cell is a list of rows, a Share, or a plain value.

    The numbers of a rest (`opens=False`) lead nowhere. `full`: what it is called in a sheet, where that is longer.
    """

    label: str
    cells: dict[str, Any]
    opens: bool = True
    full: str = ""


class Expected(NamedTuple):
    lines: list[Line]
    total: dict[str, Any] | None = None


def share_text(n: int, of: int) -> str:
    """百分比保留 1 位小数."""
    return f"{100 * n / of:.1f}%" if of else "—"


def soon_after(on: date) -> date:
    """Return the fifteenth working day after the day asked for."""
    left = SOON
    while left:
        on += ONE
        left -= works(on)
    return on


class Trail:
    """All stories of the house, and what they come to on a day."""

    def __init__(self, events: Iterable[dict[str, Any]], units: Units, topics: Mapping[int, Mapping[str, Any]]) -> None:
        self.stories: dict[int, Story] = defaultdict(Story)
        for event in events:
            self.stories[event["case_id"]].events.append(event)
        self.units, self.topics = units, topics

    def _of(self, label: str) -> dict[int, Story]:
        return {pk: story for pk, story in self.stories.items() if story.events[0]["label"] == label}

    @cached_property
    def rectifications(self) -> dict[int, Story]:
        return self._of("建立整改")

    def round_of(self, pk: int) -> int:
        """Return which round of its finding a rectification is: a relapse opens the next."""
        return int((self.stories[pk].events[0]["note"].get("content") or {}).get("round", 1))

    @cached_property
    def clues(self) -> dict[int, Story]:
        return self._of("建立线索")

    @cached_property
    def campaigns(self) -> dict[int, dict[str, Any]]:
        """Return title and year of each campaign, newest first."""
        found = self._of("建立督察批次")
        return {
            pk: {"title": found[pk].now["title"], "year": int(found[pk].events[0]["note"]["content"]["year"])}
            for pk in sorted(found, reverse=True)
        }

    # ---------- whose, and which ----------

    def mine(self, ask: Ask) -> set[int] | None:
        """Return the units a reader may see; None for all (docs/domain/dictionaries.md 9.13: 被督察单位看本单位)."""
        return self.units.family(ask.own) if ask.role in UNIT and ask.own else None

    def known_campaigns(self, ask: Ask) -> set[int]:
        """Return the campaigns a reader knows of: a unit those in which something of its own is."""
        mine = self.mine(ask)
        if mine is None:
            return set(self.campaigns)
        own = [s for s in self.rectifications.values() if s.now["unit_id"] in mine]
        own += [s for s in self.clues.values() if s.now["unit_id"] in mine and s.now.get("secrecy", 1) == 0]
        return {s.now["within_id"] for s in own if s.now["within_id"]}

    def is_asked(self, ask: Ask, now: Mapping[str, Any], shut: date | None) -> bool:
        """Say whether a row lies in the reader's scope and within every condition of the page.

        `shut`: when it ended, if it has.
        """
        mine, unit = self.mine(ask), now["unit_id"]
        if mine is not None and unit not in mine:
            return False
        if ask.unit is not None and (mine is None or ask.unit in mine) and unit not in self.units.family(ask.unit):
            return False
        if ask.group and self.units.is_county(unit) != (ask.group == "counties"):
            return False
        if ask.topic is not None and not self._is_topic(now["topic_id"], ask.topic):
            return False
        if ask.severity is not None and now["severity"] != ask.severity:
            return False
        if not self._is_of(ask, now, shut):
            return False
        wanted = self._campaigns_asked(ask)
        return wanted is None or now["within_id"] in wanted

    def _is_of(self, ask: Ask, now: Mapping[str, Any], shut: date | None) -> bool:
        """The conditions by category of the unit, type and month."""
        category = self.units.rows[self.units.root(now["unit_id"])]["category"]
        months = {"opened": now["opened_on"][:7], "ended": f"{shut:%Y-%m}" if shut else ""}
        return (
            ask.category in ("", category)
            and ask.type in ("", now.get("subkind"))
            and ask.opened in ("", months["opened"])
            and ask.ended in ("", months["ended"])
        )

    def _is_topic(self, topic: int | None, asked: int) -> bool:
        if not asked:
            return topic is None
        return topic is not None and asked in (topic, self.topics[topic]["parent_id"])

    def _campaigns_asked(self, ask: Ask) -> set[int] | None:
        """Return the campaigns meant; None for all.

        What the reader cannot choose is said on the page and left out, the whole condition.
        """
        keys = {int(name) for name in ask.within if name[0] != "y"}
        if not ask.within or not keys <= self.known_campaigns(ask):
            return None
        years = {int(name[1:]) for name in ask.within if name[0] == "y"}
        return keys | {pk for pk, campaign in self.campaigns.items() if campaign["year"] in years}

    def cards(self, ask: Ask, on: date | None = None) -> Iterator[Card]:
        """Yield the cards meant, as they stood at the end of the day."""
        for pk, story in self.rectifications.items():
            now, then = story.now, story.on(on or ask.on)
            if then is None or not now["counted"] or not self._is_part(ask, now["is_lead"]):
                continue
            state, due, shut = then
            if not self.is_asked(ask, now, shut):
                continue
            opened, original = (date.fromisoformat(now[name]) for name in ("opened_on", "original_due_on"))
            yield Card(
                pk, now["unit_id"], now["within_id"], now["topic_id"], now["severity"], now["is_lead"], opened,
                original, STANDING[state], state, due, shut,
            )  # fmt: skip

    def _is_part(self, ask: Ask, is_lead: bool) -> bool:
        """一问题多单位时按牵头单位计 1 次: assisting ones only when they are asked for."""
        return ask.lead == "all" or is_lead == (ask.lead != "assisting")

    def look_backs(self, ask: Ask) -> list[tuple[int, str]]:
        """Return (look-back, verdict) of each one judged by the day of a card meant.

        A closure withdrawn without a booked one is none: 反弹率 = 判反弹 / 抽查数 (docs/domain/results.md 11).
        """
        meant = {card.pk for card in self.cards(ask._replace(on=ask.today))}
        return [
            (pk, VERDICTS[event["note"]["given"]["verdict"]])
            for pk, story in self._of("建立回头看").items()
            for event in story.events
            if story.now["subkind"] == "booked"
            and event["name"] == "judge"
            and event["day"] <= ask.on
            and story.events[0]["note"]["content"]["rectification"] in meant
        ]

    def clues_on(self, ask: Ask) -> list[tuple[int, int, bool]]:
        """Return (clue, campaign, closed) of the clues taken up; 不予受理 do not count.

        Every condition of the page holds for them too.
        A clue has one unit, which is its lead: among 只计配合单位 there is none.
        """
        found = []
        for pk, story in self.clues.items():
            now = story.now
            known = [event for event in story.events if event["day"] <= ask.on]
            is_hidden = (
                ask.role not in OFFICE and now.get("secrecy", 1) != 0
            )  # only the office sees one not yet transferred
            if not known or is_hidden or not now["within_id"] or known[-1]["state"] == "dropped":
                continue
            if not self._is_part(ask, True):
                continue
            shut = known[-1]["day"] if known[-1]["state"] in ("closed", "dropped") else None
            if self.is_asked(ask, now, shut):
                found.append((pk, now["within_id"], known[-1]["state"] == "closed"))
        return found


Figure = Callable[[Trail, Ask], Expected]


def pks(cards: Iterable[Card], which: Callable[[Card], bool] = lambda card: True) -> list[int]:
    return sorted(card.pk for card in cards if which(card))

"""Read the figures as a person reads them: by HTTP, out of HTML, chart data and sheets.

This is the only file here that knows the markup.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from openpyxl import load_workbook

VOID_TAGS = frozenset({"br", "img", "input", "link", "meta", "hr", "rect", "line", "col", "path", "circle"})
CASE = re.compile(r"/(?:[a-z-]+)/(\d+)/")
SHARE = re.compile(r"(\d+)/(\d+)")
PERCENT = re.compile(r"(\d+\.\d)%")


# ---------- a small tree ----------


@dataclass
class Node:
    tag: str
    attrs: dict[str, str]
    children: list[Node | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What stands there, without what is only for screen readers or for drawings."""
        if "visually-hidden" in self.attrs.get("class", "") or self.tag in {"svg", "script"}:
            return ""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def raw(self) -> str:
        return "".join(child if isinstance(child, str) else child.raw for child in self.children)

    def all(self, tag: str = "", **wanted: str) -> Iterator[Node]:
        """Yield every node below with this tag and attributes; of a class one word is enough."""
        for child in self.children:
            if isinstance(child, Node):
                if (not tag or child.tag == tag) and all(child.has(key, value) for key, value in wanted.items()):
                    yield child
                yield from child.all(tag, **wanted)

    def has(self, key: str, value: str) -> bool:
        found = self.attrs.get(key.rstrip("_").replace("_", "-"))
        return found is not None and (value == "*" or value in found.split() or value == found)

    def one(self, tag: str = "", **wanted: str) -> Node:
        return next(self.all(tag, **wanted))

    def first(self, tag: str = "", **wanted: str) -> Node | None:
        return next(self.all(tag, **wanted), None)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Node("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {key: value or "" for key, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID_TAGS:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Node(tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if any(node.tag == tag for node in self.open[1:]):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(html: str) -> Node:
    builder = _Builder()
    builder.feed(html)
    return builder.open[0]


# ---------- what a reader sees ----------


class Number(NamedTuple):
    """A cell: what it says, and where its numbers lead. Of a share: (n, of), its rate as written, and two ways."""

    said: Any  # an int, a float, a (n, of), a text, or None for a dash
    rate: str = ""
    ways: tuple[str, ...] = ()


class Table(NamedTuple):
    """Lines by label, in order, each with its numbers by the label of the column; the total apart."""

    lines: dict[str, dict[str, Number]]
    total: dict[str, Number] | None
    labels: list[str]


class Board(NamedTuple):
    title: str
    heads: dict[str, Number]
    notes: dict[str, str]  # headline -> the line below it
    tables: dict[str, Table]
    chart: dict[str, Any]
    longest: list[tuple[int, int]]  # (card, days overdue)
    tiles: dict[str, str]


class Rows(NamedTuple):
    count: int
    cards: list[int]  # the card of each row, over all pages


def number_of(*cells: Node) -> Number:
    """Read one number from its cell, or a share from its two."""
    text = " ".join(" ".join(cell.text for cell in cells).split())
    ways = tuple(a.attrs["href"] for cell in cells for a in cell.all("a"))
    if share := SHARE.search(text):
        rate = PERCENT.search(text)
        return Number((int(share[1]), int(share[2])), rate[0] if rate else "—" if "—" in text else "", ways)
    return Number(_said(text.removesuffix("%") if PERCENT.fullmatch(text) else text), "", ways)


def _said(text: str) -> Any:
    if text in {"", "—"}:
        return None if text else ""
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


def table_of(node: Node) -> Table:
    heads = [th.text.strip() for th in node.one("thead").all("th")]
    lines: dict[str, dict[str, Number]] = {}
    labels = []
    body = node.one("tbody")
    for tr in body.all("tr"):
        if tr.first("th"):
            label, numbers = _line(tr, heads)
            labels.append(label)
            lines[label] = numbers
    foot = node.first("tfoot")
    total = _line(foot.one("tr"), heads)[1] if foot else None
    return Table(lines, total, labels)


def _line(tr: Node, heads: list[str]) -> tuple[str, dict[str, Number]]:
    th, cells = tr.one("th"), list(tr.all("td"))
    beside = th.first("span", class_="qy-sub") or th.first(
        "a", class_="qy-small"
    )  # a note, or the way to the unit's page
    label = th.text.strip().removesuffix(beside.text.strip() if beside else "").strip()
    found: dict[str, Number] = {}
    at = 0
    while at < len(cells):
        name = heads[at + 1]
        if not name:  # a drawing
            at += 1
        elif at + 1 < len(cells) and cells[at + 1].attrs.get("data-label") == "分数":
            found[name] = number_of(cells[at], cells[at + 1])
            at += 2
        else:
            found[name] = number_of(cells[at])
            at += 1
    return label, found


def chart_of(page: Node, name: str) -> dict[str, Any]:
    """Return what is drawn of a figure: the words along it and each series by its name.

    Nothing where it is not drawn by a script.
    """
    found = page.first("script", id=f"chart-{name}")
    drawn = json.loads(found.raw) if found else {}
    return {"x": drawn["x"]} | {series["name"]: series["data"] for series in drawn["series"]} if drawn else {}


class Reader:
    """One person at the figures: a signed-in test client."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def get(self, url: str) -> Any:
        response = self.client.get(url)
        assert response.status_code == 200, (url, response.status_code)
        return response

    def page(self, url: str) -> Node:
        return parse(self.get(url).content.decode())

    def board(self, query: Mapping[str, str]) -> Board:
        page = self.page(address("/figures/", query))
        heads, notes = {}, {}
        for section in page.all("section", class_="qy-figure"):
            name = section.one("h2").text.strip()
            big = section.one(class_="qy-big")
            of = section.first("span", class_="qy-of")
            both = number_of(*([big, of] if of else [big]))  # a share stands in two pieces
            found = both if isinstance(both.said, tuple) else number_of(big)
            heads[name] = found._replace(ways=((big.attrs["href"],) if "href" in big.attrs else ()) + found.ways)
            notes[name] = "".join(section.one("p").text.split())  # where a line breaks says nothing
        tables = {
            node.one("caption").raw.strip(): table_of(node)
            for node in page.all("table")
            if "qy-trend-table" not in node.attrs["class"]
        }
        longest = [
            (int(CASE.search(li.one("a").attrs["href"])[1]), int(li.one(class_="qy-late").text.split()[0]))  # type: ignore[index]
            for ul in page.all("ul", class_="qy-list")
            for li in ul.all("li")
        ]
        tiles = {
            "".join(a.text.split()).removesuffix(a.one("b").text.strip()): a.one("b").text.strip()
            for box in page.all("div", class_="qy-tiles")
            for a in box.all("a")
        }
        return Board(page.one("h1").text, heads, notes, tables, chart_of(page, "trend"), longest, tiles)

    def figure(self, name: str, query: Mapping[str, str]) -> tuple[Table, dict[str, Any]]:
        """Return the table of a figure's own page, and the data of its chart."""
        page = self.page(address(f"/figures/{name}/", query))
        return table_of(page.one("table")), chart_of(page, name)

    def compared(self, query: Mapping[str, str]) -> tuple[str, Table, Table]:
        """Return what the page of two days says on top, the numbers of both, and what changed between them."""
        page = self.page(address("/figures/two-days/", query))
        numbers, changes = page.all("table")
        return page.one("h1").text, table_of(numbers), table_of(changes)

    def figures(self, query: Mapping[str, str]) -> list[str]:
        """Return the names of all figures the page leads to."""
        page = self.page(address("/figures/", query))
        paths = (urlsplit(a.attrs.get("href", "")).path for a in page.all("a"))
        found = (re.fullmatch(r"/figures/([a-z0-9_]+)/", path) for path in paths)
        return sorted({match[1] for match in found if match})

    def sheet(self, name: str, query: Mapping[str, str]) -> list[list[Any]]:
        """Return the rows of a figure's sheet, heads first."""
        response = self.get(address(f"/figures/{name}/", {**query, "export": "xlsx"}))
        body = b"".join(response.streaming_content) if response.streaming else response.content
        sheet = load_workbook(BytesIO(body)).active
        return [list(row) for row in sheet.iter_rows(values_only=True)]

    def rows(self, url: str) -> Rows:
        """Follow the way behind a number through all its pages."""
        count, cards, at = 0, [], 1
        while True:
            page = self.page(with_page(url, at))
            lead = page.one("div", class_="qy-head").one("b")
            count = int(lead.text.replace("\u00a0", "").replace(" ", ""))
            body = page.first("tbody")
            cards += [_card_of(tr) for tr in body.all("tr")] if body else []
            if page.first("a", rel="next") is None:
                return Rows(count, cards)
            at += 1


def _card_of(tr: Node) -> int:
    found = [CASE.search(a.attrs["href"]) for a in tr.all("a")]
    return next(int(match[1]) for match in found if match)


def address(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def with_page(url: str, n: int) -> str:
    if n == 1:
        return url
    parts = urlsplit(url)
    return f"{parts.path}?{urlencode([*parse_qsl(parts.query), ('page', str(n))])}"

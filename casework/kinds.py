"""What a kind of case is: one declaration, which everything that serves cases reads.

List, page, new page, batch, search, sheet, admin, first page, menu and queue come from it.

Nothing here, and nothing else in casework, names a kind: each app registers its own in AppConfig.ready()
(docs/extending.md, "A kind of case").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Q
from django.http import QueryDict

from ui import remembered
from ui.addresses import address
from ui.counting import COUNT_CAP

if TYPE_CHECKING:
    from django import forms
    from django.db.models import Model, QuerySet
    from django_filters.filterset import FilterSet

    from casework.models import Case
    from casework.workflow.circuits import Circuit
    from casework.workflow.inputs import Input
    from casework.workflow.tables import Facts, Table
    from organizations.actor import Actor
    from ui.columns import Column
    from ui.lists import Empty, Shortcut
    from ui.sheets import Layout

Claim = Callable[["Actor"], bool]
Mend = Callable[["Case", "Actor"], "tuple[str, str] | None"]


def exports_cases(actor: Actor) -> bool:
    """Whoever may take lists of cases out as sheets (organizations.enums.STANDINGS)."""
    return actor.standing.exports


def works_on_cases(actor: Actor) -> bool:
    """Everybody but the administrators, who see no business content (docs/domain/compliance.md 6.1)."""
    return not actor.is_administrator


def reads_cases(actor: Actor) -> bool:
    """Everybody who has pages of cases in his bar (organizations.enums.STANDINGS)."""
    return actor.standing.reads_cases


@dataclass(frozen=True)
class Listing:
    """The list of a kind: page, sheet and item of the bar.

    Attributes:
        url_name, path: of the list; the page of a case lies below it, under its number.
        columns, filterset, order, empty, shortcuts, blank, export_rows, printed, counted_beside, reconcile,
            count_cap: as in ui.lists.ListSpec.
        counts_states: whether it is said under the title how many rows are in each state.
        joins: related rows that the columns read. `rows`: from the actor to the rows, where they are not all of the
            kind in his scope; `shows`: what the columns read, where joins are not enough (counts).
        to: who may open the list. `in_bar`: who has its item in the bar, unless organizations.enums.STANDINGS says it;
            `order_in_bar`: where it stands; `bar`: what it is called; `key`: leads there after g; `under`: the kind
            in whose item it stands, beside its list.
        batch: whether rows can be ticked and taken a step together.
        ledger: what a row is, where the office keeps the list as a ledger: the page of papers then leads to it.
    """

    url_name: str
    path: str
    title: str
    columns: Sequence[Column]
    empty: Empty
    order_in_bar: int
    filterset: type[FilterSet] | None = None
    order: tuple[str, ...] = ("-opened_on", "-pk")
    joins: tuple[str, ...] = ()
    rows: Callable[[Actor], QuerySet[Any]] | None = None
    shows: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None
    search_label: str = "编号、标题、单位"
    export_name: str = ""
    to: Claim = reads_cases
    in_bar: Claim | None = None
    under: str = ""
    bar: str = ""
    key: str = ""
    batch: bool = True
    ledger: str = ""
    counts_states: bool = False
    shortcuts: tuple[Shortcut, ...] = ()
    blank: str = ""
    export_rows: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None
    printed: Layout | None = None
    counted_beside: str = ""
    reconcile: Callable[[Mapping[tuple[Any, ...], int]], str] | None = None
    count_cap: int = COUNT_CAP

    def stands_in_bar(self, actor: Actor) -> bool:
        """Say whether somebody has the list in his bar."""
        if self.under:
            return spec_of(self.under).listing.stands_in_bar(actor)
        return self.in_bar(actor) if self.in_bar else self.url_name in actor.standing.menu

    def url(self, **conditions: Any) -> str:
        """Return the address of the list under conditions of its filters; what drills down leads there."""
        given = QueryDict(mutable=True)
        for name, value in conditions.items():
            given.setlist(name, [str(one) for one in (value if isinstance(value, list) else [value])])
        return f"{address(self.url_name)}?{given.urlencode()}" if conditions else address(self.url_name)


def unit_of(case: Case) -> list[str]:
    """What the page of any case says under its title."""
    return [str(case.unit_name)]


@dataclass(frozen=True)
class Section:
    """A piece of the page of a case: a heading and a text, which may be a link; without a text it is left out."""

    title: str
    text: Callable[[Case], str]
    url: Callable[[Case], str] | None = None


@dataclass(frozen=True)
class CasePage:
    """The page of a case.

    Attributes:
        joins: related rows that the page reads. `rows`: from (cards, actor) to cards with what is to be read besides.
        facts: what stands on the line under the title.
        sections: the pieces of the page; one with more to it has a `template` that extends casework/case_page.html.
        own_pages: steps that are taken on a page of their own, which asks more than inputs do: step -> its URL name.
        mends: what is to be done first where a check stands in the way of a step: from (case, actor) to the words of
            the button and its address, or to nothing where it is not this person's to do.
        briefs: what a step that decides lays before whoever decides (Transition.shows): name -> template, drawn with
            what `briefing` reads from (case, actor) besides the case and what was said of it.
        beside: what is seen of each case, (text, address), where a step is taken on several and something said of each.
        history: from (case, actor) to the card it came from, where he sees it, and entries that no event of it tells.
        prepare: reads what the steps' guards ask again and again. `reads`: from (case, actor, context) to what the
            template needs besides.
    """

    joins: tuple[str, ...] = ()
    rows: Callable[[QuerySet[Any], Actor], QuerySet[Any]] | None = None
    facts: Callable[[Case], Sequence[str]] = unit_of
    sections: tuple[Section, ...] = ()
    template: str = "casework/plain_case.html"
    own_pages: Mapping[str, str] = field(default_factory=dict)
    mends: Mapping[Callable[..., Any], Mend] = field(default_factory=dict)
    briefs: Mapping[str, str] = field(default_factory=dict)
    briefing: Callable[[Case, Actor], Mapping[str, Any]] | None = None
    beside: Callable[[Sequence[Case], Actor], Mapping[int, Sequence[tuple[str, str]]]] | None = None
    history: Callable[[Case, Actor], tuple[Case | None, Sequence[Any]]] | None = None
    prepare: Callable[[Case], object] | None = None
    reads: Callable[[Case, Actor, Mapping[str, Any]], Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class Beginning:
    """How a case of the kind is begun from its list or from the first page.

    Attributes:
        form, make: the plain page: from (actor, **clean data) to the content or card; a link may fill fields in
            (`?number=…`). Where the page is the app's own: `url_name`.
        said: what is said then; {number} is the number of the case.
        on_home: whether the first page offers it too.
    """

    label: str
    who: Claim
    form: type[forms.BaseForm] | None = None
    make: Callable[..., Any] | None = None
    url_name: str = ""
    intro: str = ""
    submit: str = ""
    said: str = "已建立 {number}。"
    on_home: bool = True


@dataclass(frozen=True)
class AdminList:
    """What the admin of a kind has besides the list of the kind, which is its list.

    Attributes:
        days: by which day of the card or its content its years, months and days are gone through.
        beside: rows of other tables that hang on a case: the table, and the fields shown of it.
        model: the proxy of the card under which it stands, where a kind has no content of its own.
    """

    days: str = "opened_on"
    beside: tuple[tuple[type[Model], tuple[str | Column, ...]], ...] = ()
    model: type[Model] | None = None


@dataclass(frozen=True, eq=False)
class KindSpec:
    """One kind of case; the same only as itself, so that what is made from it can be kept under it.

    Attributes:
        name: what Case.kind holds; also the related name of its content (if it has a table of its own) and the name
            of its page's URL.
        label: the Chinese word.
        table: its steps; `facts` says what holds of a case, where not all have the same steps.
        counted: the figures count it, and the first page says how many a unit has in which state. One kind at most.
        drafts: states in which a card is a working paper (底稿), seen by those who write, check and confirm it alone.
        related: related rows that its circuit reads: joined wherever steps are offered on several cards at once.
        words: the text it is found by, besides number and title. A kind without a text of its own says in
            `words_through` how its card leads to the key of the card whose words count for it.
        number: how its numbers are written, such as XS-{year}-{n:04}; "" where it has none. {n} is counted by
            casework.workflow.numbers.take, the rest are facts of whoever begins the case.
        inputs: what its steps ask for besides the inputs every kind has.
        late: what the kind calls a case that is past its own deadline (`due_on`), which is not that of its step;
            `no_clock`: the open states in which that deadline does not run.
        needs_unit: an open case has something to be done by its unit, which is not merged or abolished until then.
    """

    name: str
    label: str
    table: Table
    listing: Listing
    page: CasePage = field(default_factory=CasePage)
    beginning: Beginning | None = None
    facts: Callable[[Case], Facts] | None = None
    counted: bool = False
    drafts: frozenset[str] = frozenset()
    related: tuple[str, ...] = ()
    words: Callable[[Case], str] | None = None
    words_through: str = ""
    number: str = ""
    inputs: tuple[Input, ...] = ()
    needs_unit: bool = True
    late: str = ""
    no_clock: frozenset[str] = frozenset()
    admin: AdminList | None = None

    def circuit_of(self, case: Case) -> Circuit:
        """Return the circuit this very case runs on."""
        return self.table.circuit(self.facts(case) if self.facts else frozenset())

    def url_of(self, case: Case) -> str:
        """Return the page of a case: below the list, under its number (casework.views.kinds.urls_of)."""
        return f"{address(self.listing.url_name)}{case.pk}/"

    def has_clock(self, case: Case) -> bool:
        """Say whether the deadline of a case of this kind runs."""
        return case.is_open and case.state not in self.no_clock

    @property
    def clocked(self) -> Q:
        """Which of the open cards of this kind those are."""
        return ~Q(state__in=sorted(self.no_clock))

    @property
    def stored_as(self) -> Any:
        """The table of its content, or the proxy of the card."""
        proxy = self.admin.model if self.admin else None
        return proxy or apps.get_model("casework", "Case")._meta.get_field(self.name).related_model

    @property
    def new_url_name(self) -> str:
        """The name of the page where a case is begun, or nothing."""
        return "" if self.beginning is None else self.beginning.url_name or f"{self.name}-new"


_specs: dict[str, KindSpec] = {}


def register(spec: KindSpec) -> None:
    """Add a kind; called from AppConfig.ready().

    Raises:
        ValueError: the kind, or one that is counted, is there already; or its table is another kind's.
    """
    if spec.table.whole.kind != spec.name:
        raise ValueError(f"{spec.name}: its table is that of {spec.table.whole.kind}")
    if spec.name in _specs or (spec.counted and counted() is not None):
        raise ValueError(f"{spec.name} is registered twice, or two kinds are counted")
    _specs[spec.name] = spec
    remembered.forget()


def forget(name: str) -> None:
    """Take a kind out again (tests)."""
    del _specs[name]
    remembered.forget()


def spec_of(kind: str) -> KindSpec:
    """Return the declaration of a kind."""
    return _specs[kind]


def is_kind(kind: str) -> bool:
    return kind in _specs


def all_kinds() -> list[KindSpec]:
    """Return every kind, in the order of their items in the bar."""
    return sorted(_specs.values(), key=lambda spec: spec.listing.order_in_bar)


def choices() -> list[tuple[str, str]]:
    """Return the kinds for a field of a form or a model: (value, Chinese word)."""
    return [(spec.name, spec.label) for spec in all_kinds()]


def counted() -> KindSpec | None:
    """Return the kind that the figures count."""
    return next((spec for spec in _specs.values() if spec.counted), None)


def late(today: date) -> dict[str, tuple[str, Q]]:
    """Return, by kind, what is called late besides its step, and which cards are."""
    return {
        spec.name: (spec.late, Q(kind=spec.name, is_open=True, due_on__lt=today) & spec.clocked)
        for spec in all_kinds()
        if spec.late
    }


def drafts(prefix: str = "") -> Q:
    """Return which cards (reached by `prefix`) are working papers."""
    found = Q(pk__in=())
    for spec in all_kinds():
        if spec.drafts:
            found |= Q(**{f"{prefix}kind": spec.name, f"{prefix}state__in": sorted(spec.drafts)})
    return found


def related() -> Iterator[str]:
    """Name the rows to join where cards of several kinds are read and steps are offered on them."""
    for spec in all_kinds():
        yield from spec.related


def worded() -> dict[str, Callable[[Case], str]]:
    """Return, by kind, the text a case is found by."""
    return {spec.name: spec.words for spec in _specs.values() if spec.words is not None}


def worded_through() -> dict[str, str]:
    """Return, by kind without a text of its own, how its card leads to the key of the card it is found by."""
    return {spec.name: spec.words_through for spec in _specs.values() if spec.words_through}

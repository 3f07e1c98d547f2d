"""Who may open what of the library of laws: everybody reads it but the administrators, the office keeps it."""

from __future__ import annotations

from typing import Any

from inspections.law_texts.splitting import split
from inspections.models import LawVersion, StagedLaw
from organizations.enums import BUSINESS, OFFICE
from tests.house.access_row import Row
from tests.house.world import Side
from tests.inspections.laws import a_law


def a_version() -> LawVersion:
    """A text of a document, made when it is first asked for."""
    return LawVersion.objects.first() or a_law("第一条 执法结果应当公示。")


def of_version(side: Side) -> tuple[Any, ...]:
    return (a_version().pk,)


def of_staged_law(side: Side) -> tuple[Any, ...]:
    waiting = StagedLaw.objects.first() or StagedLaw.objects.create(
        user=side.user, file_name="条例.txt", digest="0" * 64, read=split(["条例", "第一条 甲。"]).told()
    )
    return (waiting.pk,)


LAWS = (
    Row("inspections:laws", BUSINESS),
    Row("inspections:find_articles", BUSINESS, writes=BUSINESS),  # the POST only asks
    Row("inspections:law", BUSINESS, lambda side: (a_version().basis_id,)),
    Row("inspections:law_version", BUSINESS, of_version),
    Row("inspections:article", BUSINESS, lambda side: (a_version().articles.get().pk,)),
    Row("inspections:stale_citations", OFFICE),
    Row("inspections:new_laws", OFFICE, writes=OFFICE),
    Row("inspections:law_days", OFFICE, of_version, writes=OFFICE),
    Row("inspections:take_out_law", OFFICE, of_version, writes=OFFICE),
    Row("inspections:staged_law", OFFICE, of_staged_law, writes=OFFICE),
    Row("inspections:give_up_law", OFFICE, of_staged_law, writes=OFFICE),
)

"""The year before: an inspection of farmland, and one of case files whose findings were closed through the winter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.models import Case
from qingyang_inspect.demonstration import story
from qingyang_inspect.demonstration.paces import WINTER

if TYPE_CHECKING:
    from qingyang_inspect.demonstration.loader import Loader

COUNTIES = list(story.TOWNS)


def load_last_year(loader: Loader) -> Case:
    """Last year's farmland inspection, all closed; one of its closures did not hold."""
    campaign = loader.campaign(
        "ZX", "永久基本农田保护专项督察", loader.on(4, 1, -1), loader.on(5, 31, -1), units=COUNTIES
    )
    sample = next(s for s in story.SAMPLES if s.n == 4)
    leader, member = loader.authors(campaign, sample.unit)
    found = loader.on(4, 10, -1)
    finding = loader.acts.find(
        campaign, sample.unit, author=member, on=found, by=loader.on(10, 31, -1), topic=sample.topic, title=sample.title,
        statement="永久基本农田勘界误差：3 个乡镇 27 个图斑界线与实地不符，界桩缺失 9 处。", cited=sample.citations, supervisor=sample.supervisor, severity=sample.severity, method="SD",
    )  # fmt: skip
    case = loader.acts.feed_back(finding, leader=leader, author=member, on=found)
    loader.rectify(case, ("逐图斑复测界线", "补埋界桩并登记坐标"))
    closed = loader.special(campaign, story.FARMLAND, 9, loader.on(4, 12, -1), 30, 170)
    loader.acts.steps(
        campaign.case,
        [
            ("begin_feedback", 0, loader.acts.staff, {}),
            ("end", 5, loader.acts.director, {"opinion": "问题全部销号，结束批次。"}),
        ],
        loader.on(12, 10, -1),
    )
    loader.look_back_at(closed, loader.on(4, 2))
    return Case.objects.get(pk=case.pk)


def load_last_autumn(loader: Loader) -> None:
    """Last autumn's inspection of case files, closed one after the other through the winter and the spring."""
    campaign = loader.campaign("ZX", "行政执法案卷专项督察", loader.on(9, 1, -1), loader.on(10, 31, -1), units=COUNTIES)
    templates = tuple(one for one in story.RULE_OF_LAW if one.topic in {"A06", "A07"})
    closed = loader.special(campaign, templates, len(WINTER), loader.on(9, 8, -1), 20, 80, paces=WINTER, supervisor="")
    loader.acts.steps(
        campaign.case,
        [
            ("begin_feedback", 0, loader.acts.staff, {}),
            ("end", 5, loader.acts.director, {"opinion": "问题全部销号，结束批次。"}),
        ],
        loader.on(8, 24),
    )
    loader.look_back_at(closed[:8], loader.on(9, 1))

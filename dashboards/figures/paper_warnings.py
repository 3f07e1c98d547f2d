"""纸面整改提示 (docs/decisions/0033): of each rule, how many of its warnings the reviewers took as true."""

from datetime import datetime, time, timedelta

from django.db.models import Case as Either
from django.db.models import CharField, F, Q, Value, When
from django.db.models.functions import Concat
from django.utils import timezone

from dashboards.cube.measures import count_of, share_of
from dashboards.cube.row_sets import RowSet, of_source
from dashboards.cube.selection import Selection
from dashboards.cube.sources import Slice, Source
from dashboards.declared.figure import Figure, Head, Listed
from rectification.enums import WarningAnswer
from rectification.models import PaperWarning
from rectification.paper.rule import Rule, rules


def _as_of(selection: Selection) -> tuple[Slice, ...]:
    """Warnings raised by the day; the word of each is its rule, with the answer it had by then."""
    end = timezone.make_aware(datetime.combine(selection.on + timedelta(1), time.min))
    rows = PaperWarning.objects.filter(selection.where("case__"), case__counted=True, raised_at__lt=end)
    answered = When(Q(answered_at__lt=end), then=Concat("rule", Value("+"), "answer"))
    return (Slice(rows.annotate(told=Either(answered, default=F("rule"), output_field=CharField())), "told"),)


WARNINGS = Source("warnings", "纸面整改提示", "warning", "case__", _as_of)


def _line(rule: Rule) -> Listed:
    def of(name: str, label: str, *answers: str) -> RowSet:
        told = frozenset(f"{rule.name}+{one}" if one else rule.name for one in answers)
        return of_source(WARNINGS, f"warned_{name}_{rule.name}", f"{rule.title}：{label}", told)

    raised = of("raised", "提示", "", *WarningAnswer.values)
    answered = of("answered", "已认定", *WarningAnswer.values)
    upheld = of("upheld", "采信", WarningAnswer.UPHELD)
    share = share_of(f"warned_share_{rule.name}", "采信率", upheld, answered, "采信/已认定")
    return Listed((count_of(raised), count_of(answered), share), rule.title)


FIGURE = Figure(
    name="paper_warnings",
    title="纸面整改提示",
    definition="每条规则提示的件数（含以后失效的），主管部门、市委依法治市办已认定的件数；采信率：采信的 ÷ 已认定的。"
    "采信率低的规则可以在“管理后台—字典”里停用。",
    order=120,
    source=WARNINGS,
    heads=(
        Head("raised", "提示"),
        Head("answered", "已认定"),
        Head("upheld", "采信率", "share", fraction="采信/已认定"),
    ),
    lines=tuple(map(_line, rules().values())),
    label="规则",
    to=lambda actor: actor.is_office,
)

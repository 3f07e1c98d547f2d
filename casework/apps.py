from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

if TYPE_CHECKING:
    from casework.kinds import KindSpec
    from organizations.requests import ActorRequest


def _install(**_: Any) -> None:
    from casework.search.token_index import INDEXES
    from casework.workflow import trail

    trail.install()
    for index in INDEXES:
        index.install()


def _counts(request: ActorRequest) -> dict[str, Any]:
    """轮到我 and 知悉 for the bar of every page, in one query."""
    from django.conf import settings

    from casework.pages import bar

    actor = request.actor
    found = {"waiting": 0, "unread": 0} if actor.is_administrator else bar.counts(actor)
    return {**found, "idle_minutes": settings.IDLE_MINUTES}


def _open_cards(unit: Any, on: Any) -> list[str]:
    """Say what is still open at a unit that is to be merged or abolished."""
    from casework import kinds
    from casework.models import Case

    free = [spec.name for spec in kinds.all_kinds() if not spec.needs_unit]
    n = Case.objects.open().filter(unit=unit).exclude(kind__in=free).count()
    return [f"{unit} 还有 {n} 件未办结，请先办结或者改派"] if n else []


def _left_alone(post: Any) -> str:
    """Say which open cases are in the hands of a post that nobody holds any more, by state."""
    from casework.models import Case
    from casework.workflow.circuits import word_of

    held = Case.objects.open().filter(holder_unit=post.unit_id, holder_role=post.role).order_by("step_due_on", "pk")
    cards = list(held.values_list("number", "kind", "state"))
    if not cards:
        return ""
    states = Counter(word_of(kind, state, None).label for _, kind, state in cards)
    by_state = "、".join(f"{word} {n}" for word, n in states.most_common())
    named = "、".join(number or "未编号" for number, _, _ in cards[:10]) + ("等" if len(cards) > 10 else "")
    return f"{post.unit} · {post.get_role_display()}无人在岗，有 {len(cards)} 件未办结在其手上（{by_state}）：{named}"


def _calendar(actor: Any) -> str:
    """Tell the office, and the administrators who can have it loaded, that the calendar of a year is lacking."""
    from casework.deadlines import working_days
    from organizations.enums import Role

    return (
        working_days.to_load(actor.today)
        if actor.is_office or actor.role in {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}
        else ""
    )


def _unchecked_files(actor: Any) -> str:
    """Tell the security administrator which files nobody could look at, taken or not, and that nothing is searched."""
    from datetime import timedelta

    from django.conf import settings
    from django.utils import timezone

    from organizations.enums import Role, Taking
    from organizations.services import access_log

    if actor.role != Role.SECURITY_ADMIN:
        return ""
    said = []
    for what, by_unit in access_log.unread_lately(timezone.now() - timedelta(7)).items():
        if by_unit:
            n, units = sum(n for _, n in by_unit), "、".join(f"{unit} {n} 个" for unit, n in by_unit[:3])
            more = f"等 {len(by_unit)} 个单位" if len(by_unit) > 3 else ""
            said.append(f"最近 7 天{Taking(what).label} {n} 个（{units}{more}），名称和 SHA-256 在运行日志里")
    said += [] if settings.CLAMAV_SOCKET else ["没有接查毒程序（CLAMAV_SOCKET），收下的文件未查毒"]
    return "；".join(said)


def _keep_files_of_forms() -> None:
    """Have uploads read before a transaction begins, and the good ones of a form that comes back kept for it."""
    from casework.files import uploads
    from casework.services import pending_files
    from ui import pages, sending

    pages.before_writing += [pending_files.bring, uploads.look_through]
    sending.refusals.append(pending_files.keep_sent)
    sending.shows.append(pending_files.tell)
    sending.settles.append(pending_files.forget)


def serve(spec: KindSpec) -> None:
    """Give a kind its item in the bar, its beginning on the first page, and its steps their inputs."""
    from casework.kinds import spec_of
    from casework.views.kinds import list_of
    from casework.workflow import inputs
    from ui import lists, navigation
    from ui.navigation import NavItem

    listing, begun = spec.listing, spec.beginning
    inputs.register(*spec.inputs)
    bar = listing.bar or listing.title
    under = spec_of(listing.under).listing.url_name if listing.under else ""
    to, order, prefix = listing.stands_in_bar, listing.order_in_bar, f"/{listing.path}"
    item = NavItem(bar, listing.url_name, to, order, prefix=prefix, key=listing.key, under=under)
    navigation.register(item)
    if listing.ledger:
        lists.LEDGERS.append(lists.Ledger(list_of(spec), listing.url_name, listing.ledger, listing.to))
    if begun is not None and begun.on_home:
        navigation.beginnings.append((begun.who, spec.new_url_name, begun.label))


def _chores() -> list[Any]:
    from casework.jobs import casework_chores, comparing_heads, rebuilding, row_records

    return [*casework_chores.CHORES, row_records.CHORE, comparing_heads.CHORE, rebuilding.CHORE]


def _answer_organizations() -> None:
    """Let the organisation ask what it cannot know: what a unit or a person leaves behind."""
    from casework.services import names
    from casework.views import unit_history
    from organizations import pages
    from organizations import services as organizing

    pages.UNIT_SECTIONS.append(unit_history.sections)
    organizing.MERGE_CHECKS.append(_open_cards)
    organizing.LEFT_ALONE.append(_left_alone)
    organizing.NAME_BEARERS.append(organizing.NameBearers(names.named_since, names.correct))


class CaseworkConfig(AppConfig):
    name = "casework"
    verbose_name = "办理"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework import chore, kinds
        from casework.deadlines import working_days
        from casework.errors import ConflictError
        from casework.jobs import casework_nights, chore_requests, long_works, night, worker
        from casework.jobs.missing_worker import missing_worker
        from casework.search import index
        from casework.services import recompute_deadlines
        from casework.views.steps import conflict_page
        from casework.workflow import inside
        from organizations.services import mail
        from ui import form_actions, navigation
        from ui.navigation import NavItem

        navigation.register(NavItem("首页", "home", lambda actor: True, 0, prefix="/", key="h"))
        chore.register(*_chores())
        night.register(*casework_nights.JOBS)
        long_works.register(chore_requests.CHORES)
        worker.errands.append(mail.send_next)
        navigation.register(
            NavItem(
                "维护",
                "upkeep",
                lambda actor: bool(chore.chores_of(actor)),
                85,
                aside=lambda actor: not actor.is_administrator,
            )
        )
        form_actions.ANSWERS[ConflictError] = conflict_page
        _keep_files_of_forms()
        navigation.counters.append(_counts)
        navigation.alerts += [_calendar, missing_worker, _unchecked_files]
        _answer_organizations()
        inside.put_inside("search_words", index.keep_words)
        working_days.RECOMPUTE.append(recompute_deadlines.deadlines)
        # The one signal in the house: SQLite's table rebuild drops triggers silently, so they are put up after every
        # migrate (docs/data.md D).
        post_migrate.connect(_install, sender=self)
        for spec in kinds.all_kinds():  # apps of kinds stand before this one in INSTALLED_APPS: all are there
            serve(spec)

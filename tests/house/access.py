"""Who may open what: the one table that classifies every URL.

`test_access.py` walks all URLs × all 15 roles × own and other object.

ADDING A URL: add one `Row` under your app. Nothing else.

* `name`: the URL's name as for `reverse`, with its namespace.
* `at`: from a `Side` (tests/house/world.py: unit, campaign, draft, finding, rectification, clue, measure, file,
  look_back, user, post …) to the arguments of the URL. Leave it out when the URL has none. What the world does not
  have yet, build in `world.a_side`.
* `own`: the roles that may open it on the own object (or at all). Everybody else gets a 404.
* `other`: the roles that may open the same page of somebody else's object.
* `writes`: the roles whose POST is accepted on the own object; nobody by default, and then every POST must be refused.
  `sends` is what is posted: give data that would really do it, so that the refusal of the others means something.
  POST on the other object is tried by all and must be refused to those not in `other`.
* `told`: roles that see the object but may not do this, and are told so in words (409, or the form again with the
  sentence) instead of a 404.

An admin model is classified by its `RightsAdmin.readers` and `writers`, no row needed; administrators may read only
DICTIONARIES and the tables of organizations and axes.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from casework.enums import WorkStatus
from casework.models import ChoreRun
from documents.models import Export
from organizations.enums import ADMINISTRATORS, BUSINESS, INSPECTED, OFFICE, TEAM, ImportKind, Role
from tests.house.access_laws import LAWS
from tests.house.access_programmes import PROGRAMMES
from tests.house.access_row import NOBODY as NOBODY
from tests.house.access_row import Row
from tests.house.world import Side

EVERYBODY = frozenset(Role)
WINDOWLESS = frozenset({Role.HOTLINE_CLERK})  # its pages come with its own work
READS = BUSINESS - WINDOWLESS
GRANTED = frozenset(
    {Role.INDUSTRY_REVIEWER, Role.GROUP_MEMBER, Role.EXPERT}
)  # see what was granted to them: the own finding and rectification
STAFF, LIAISON = frozenset({Role.OFFICE_STAFF}), frozenset({Role.UNIT_LIAISON})
CHECKS = frozenset({Role.AUDIT_ADMIN, Role.OFFICE_DIRECTOR})
LEADER = frozenset({Role.CITY_LEADER})
SYSTEM, SECURITY, AUDIT = (
    frozenset({Role.SYSTEM_ADMIN}),
    frozenset({Role.SECURITY_ADMIN}),
    frozenset({Role.AUDIT_ADMIN}),
)
# an open case of the own unit, campaign and grants (casework.querysets.scope); of others: the office and the leaders
OPEN_OWN, OPEN_OTHER = OFFICE | TEAM | INSPECTED | GRANTED | LEADER, OFFICE | LEADER
# before it is open: the team and the office
TEAM_OWN, TEAM_OTHER = OFFICE | TEAM, OFFICE

# models of casework and above that the system administrator may read in the admin: dictionaries, no business content
DICTIONARIES = frozenset({"paperrule", "topic", "calendarday", "holidayyear", "steplimit", "basis"})
# URLs open without sign-in
OPEN = frozenset({"login"})


def of_unit(side: Side) -> tuple[Any, ...]:
    return (side.unit.pk,)


def of_user(side: Side) -> tuple[Any, ...]:
    return (side.user.pk,)


def of_post(side: Side) -> tuple[Any, ...]:
    return (side.post.pk,)


def of_rectification(side: Side) -> tuple[Any, ...]:
    return (side.rectification.pk,)


def of_feedback(side: Side) -> tuple[Any, ...]:
    return (side.rectification.content.feedback_id,)


def of_plan(side: Side) -> tuple[Any, ...]:
    return (side.plan.pk,)


def of_campaign(side: Side) -> tuple[Any, ...]:
    return (side.campaign.pk,)


def of_young(side: Side) -> tuple[Any, ...]:
    return (side.young.pk,)


def of_team(side: Side) -> tuple[Any, ...]:
    return (side.campaign.teams.get().pk,)


def of_draft(side: Side) -> tuple[Any, ...]:
    return (side.draft.pk,)


def of_finding(side: Side) -> tuple[Any, ...]:
    return (side.finding.pk,)


def of_look_back(side: Side) -> tuple[Any, ...]:
    return (side.look_back.pk,)


def a_round(side: Side) -> dict[str, Any]:
    return {"title": f"专项进展 {side.unit.pk}", "due_on": timezone.localdate().isoformat(), "units": [side.unit.pk]}


def an_answer(side: Side) -> dict[str, Any]:
    item = side.call.content.items.get()
    said = {"percent": 60, "text": "又做了两件", "problem": "", "support": "", "fall_reason": ""}
    return {f"c{item.pk}-{name}": value for name, value in said.items()} | {"seen": side.call.last_seq}


def a_review(side: Side) -> dict[str, Any]:
    return {"i0-verdict": "accepted", "seen": side.rectification.last_seq}


def a_booking(side: Side) -> dict[str, Any]:
    return {"number": side.rectification.number, "planned_on": timezone.localdate().isoformat()}


def of_clue(side: Side) -> tuple[Any, ...]:
    return (side.clue.pk,)


def of_measure(side: Side) -> tuple[Any, ...]:
    return (side.measure.pk,)


def of_file(side: Side) -> tuple[Any, ...]:
    return (side.file.pk,)


def of_export(side: Side) -> tuple[Any, ...]:
    now = timezone.now()
    made = Export.objects.create(
        post=side.post,
        path="/rectifications/",
        title="台账",
        status=WorkStatus.READY,
        file="x.xlsx",
        total=1,
        done=1,
        asked_at=now,
        moved_at=now,
    )
    return "export", made.pk


def of_chore(side: Side) -> tuple[Any, ...]:
    now = timezone.now()
    given = {"post": side.post, "title": "核对办理经过", "asked_at": now, "moved_at": now}
    return "chore", ChoreRun.objects.get_or_create(chore="verify_trail", defaults=given)[0].pk


def of_staged(side: Side) -> tuple[Any, ...]:
    return (side.extra["staged"][ImportKind.UNITS].pk,)


ORGANIZATIONS = (
    Row("login", EVERYBODY),
    Row("logout", EVERYBODY, writes=EVERYBODY),
    Row("signed_in", EVERYBODY),
    Row("keep_alive", EVERYBODY, writes=EVERYBODY),
    Row("account", EVERYBODY, writes=EVERYBODY),
    Row("switch_post", EVERYBODY, sends=lambda side: {"post": side.post.pk}),  # somebody else's post: refused to all
    Row("read_warning", EVERYBODY, writes=EVERYBODY),
    Row("end_sign_in", EVERYBODY, writes=EVERYBODY),
    Row("recovery_codes", NOBODY),  # nobody needs a token in these settings (tests/organizations/test_second_factor.py)
    Row("password", EVERYBODY, writes=EVERYBODY),
    Row("second_factor", NOBODY),  # as above
    Row("own_mail", EVERYBODY, writes=EVERYBODY, sends=lambda side: {"mail": "wangyan@example.gov.cn"}),
    Row("new_key", NOBODY),  # as above (tests/organizations/test_security_keys.py)
    Row("remove_key", NOBODY, at=lambda side: (1,)),  # as above
    Row("second_factor_code", NOBODY),  # only while a token is being bound (tests/organizations/test_signing_in.py)
    Row("organizations:units", OFFICE | SYSTEM | SECURITY),
    Row("organizations:new_unit", SYSTEM, writes=SYSTEM),
    Row(
        "organizations:unit",
        OFFICE | LEADER | SYSTEM | SECURITY | INSPECTED,
        of_unit,
        OFFICE | LEADER | SYSTEM | SECURITY,
    ),
    Row("organizations:amend_unit", SYSTEM, of_unit, SYSTEM, writes=SYSTEM),
    Row("organizations:rename_unit", SYSTEM, of_unit, SYSTEM, writes=SYSTEM),
    Row("organizations:merge_units", SYSTEM, of_unit, SYSTEM, writes=SYSTEM),
    Row("organizations:abolish_unit", SYSTEM, of_unit, SYSTEM, writes=SYSTEM),
    Row("organizations:users", ADMINISTRATORS),
    Row("organizations:new_user", SYSTEM, writes=SYSTEM),
    Row("organizations:user", ADMINISTRATORS, of_user, ADMINISTRATORS),
    Row("organizations:amend_user", SYSTEM, of_user, SYSTEM, writes=SYSTEM),
    Row("organizations:reset_password", SYSTEM, of_user, SYSTEM, writes=SYSTEM),
    Row("organizations:decide_reset", SECURITY, of_user, SECURITY, writes=SECURITY),
    Row("organizations:resets", ADMINISTRATORS),
    *(
        Row("organizations:deed", who, lambda side, name=name: (side.user.pk, name), who, writes=who)
        for name, who in (
            ("unlock", SYSTEM | SECURITY),
            ("close", SYSTEM),
            ("reopen", SYSTEM),
            ("recover-factor", SECURITY),
        )
    ),
    Row("organizations:appoint", SECURITY, of_user, SECURITY, writes=SECURITY),
    Row("organizations:posts", OFFICE | SYSTEM | SECURITY),
    Row("organizations:end_post", SECURITY, of_post, SECURITY, writes=SECURITY),
    Row("organizations:replace_person", SECURITY, of_post, SECURITY, writes=SECURITY),
    *(
        Row(f"organizations:{name}", who, lambda side, kind=kind: (kind,), writes=who if name == "sheet" else NOBODY)
        for name in ("sheet", "template")
        for kind, who in (("units", SYSTEM), ("users", SYSTEM), ("posts", SECURITY), ("forged", NOBODY))
    ),
    Row("organizations:preview", SYSTEM, of_staged, NOBODY, writes=SYSTEM),
    Row("organizations:give_up", SYSTEM, of_staged, NOBODY, writes=SYSTEM),
    Row("organizations:account_events", AUDIT),
    Row("organizations:sign_ins", AUDIT),
    Row("organizations:failures", AUDIT),
    Row("organizations:takings", AUDIT),
    Row("organizations:unusual", AUDIT),
)
CASEWORK = (
    Row("home", EVERYBODY),
    Row("awaiting", READS),
    Row("not_yet", READS),
    Row("waiting", READS),
    Row("notices", READS, writes=READS),
    Row("search", READS),
    Row(
        "step",
        frozenset({Role.UNIT_HEAD}),
        lambda side: (side.rectification.pk, "request_closure"),
        NOBODY,
        writes=frozenset({Role.UNIT_HEAD}),
        told=OPEN_OWN,
        sends=lambda side: {"seen": side.rectification.last_seq},
    ),
    Row("step", NOBODY, lambda side: (side.rectification.pk, "no_such_step"), NOBODY),
    # neither is there before the closure (tests/rectification/test_closing.py)
    Row("closure-notice", NOBODY, of_rectification, NOBODY),
    Row("closure-withdraw", NOBODY, of_rectification, NOBODY, told=OFFICE),
    Row("printed_step", frozenset({Role.UNIT_HEAD}), lambda side: (side.rectification.pk, "request_closure"), NOBODY),
    # without a step it only shows what could be done; what it does is asked of each case (tests/casework/test_batch.py)
    Row("upkeep", CHECKS | SYSTEM),
    Row("ask_chore", CHECKS, lambda side: ("verify_trail",), writes=CHECKS),
    Row("ask_chore", SYSTEM, lambda side: ("rebuild_words",), writes=SYSTEM),
    Row("ask_chore", NOBODY, lambda side: ("no_such_chore",)),
    Row("worker", SYSTEM | frozenset({Role.OFFICE_DIRECTOR})),
    Row("long_work", CHECKS, of_chore, CHECKS),  # whoever may ask for a chore sees its runs
    Row("stop_long_work", CHECKS, of_chore, CHECKS, writes=CHECKS),
    # an export is seen by the very post that asked for it (tests/documents/test_exports.py),
    # and nobody of the matrix holds this one
    Row("long_work", NOBODY, of_export, NOBODY),
    Row("stop_long_work", NOBODY, of_export, NOBODY),
    Row("long_work", NOBODY, lambda side: ("no_such_kind", 1)),
    Row(
        "batch",
        BUSINESS,
        lambda side: ("rectification",),
        writes=BUSINESS,
        sends=lambda side: {"case": side.rectification.pk},
    ),
    Row("batch", NOBODY, lambda side: ("no_such_kind",)),
    Row(
        "withdraw",
        OPEN_OWN,
        of_rectification,
        OPEN_OTHER,
        sends=lambda side: {"reason": "报错了一份材料", "seen": side.rectification.last_seq},
        told=OPEN_OWN,
    ),
    Row("sent_forms", EVERYBODY),
    Row("attach", INSPECTED | OFFICE, of_rectification, OFFICE, writes=INSPECTED | OFFICE, told=OPEN_OWN),
    Row("attachment", OPEN_OWN, of_file, OPEN_OTHER),
    Row("attachment-pdf", NOBODY, of_file, NOBODY),  # of a PDF there is none (tests/rectification/test_pdf_copies.py)
    Row("detach", OPEN_OWN, of_file, OPEN_OTHER, sends=lambda side: {"reason": "传错了"}, told=OPEN_OWN),
    Row("replace_file", OPEN_OWN, of_file, OPEN_OTHER, sends=lambda side: {"reason": "补了签名"}, told=OPEN_OWN),
)
INSPECTIONS = (
    Row("annualplans", OFFICE),
    Row("annualplan", OFFICE, of_plan, OFFICE),
    Row("inspections:new_plan", STAFF, writes=STAFF),
    Row("inspections:amend_plan", STAFF, of_plan, STAFF, writes=STAFF),
    Row("campaigns", READS),
    Row("campaign", TEAM_OWN, of_campaign, TEAM_OTHER),
    Row("inspections:new_campaign", STAFF, writes=STAFF),
    Row("inspections:amend_campaign", OFFICE, of_campaign, OFFICE, writes=OFFICE),
    Row("inspections:units", STAFF, of_young, STAFF, writes=STAFF, told=OFFICE),
    Row("inspections:new_team", STAFF, of_young, STAFF, writes=STAFF, told=OFFICE),
    Row("inspections:feed_back", OFFICE, of_campaign, OFFICE, writes=OFFICE),
    Row("inspections:change_team", OFFICE, of_team, OFFICE, writes=OFFICE),
    Row("inspections:recusal", OFFICE, of_team, OFFICE, writes=OFFICE),
    Row("findings", READS - INSPECTED),
    Row("finding", OFFICE | TEAM | GRANTED, of_finding, OFFICE),
    Row("inspections:new_finding", TEAM | STAFF, writes=TEAM | STAFF),
    Row(
        "inspections:similar", READS - INSPECTED, writes=READS - INSPECTED
    ),  # the POST only asks: the text is too long for an address
    Row("inspections:amend_finding", TEAM | STAFF, of_draft, STAFF, writes=TEAM | STAFF, told=OFFICE),
)
CLUES = (
    Row("clues", READS),
    Row("clue", OFFICE | INSPECTED | LEADER, of_clue, OFFICE | LEADER),
    Row("clue-new", frozenset({Role.OFFICE_STAFF}), writes=frozenset({Role.OFFICE_STAFF})),
)
COPIED = OFFICE | INSPECTED | LEADER | {Role.INDUSTRY_REVIEWER, Role.DISCIPLINE_CONTACT}
JUDGES = OFFICE | {Role.INDUSTRY_REVIEWER}
A_PLAN = {"goal": "整改到位", "leader_title": "局长", "owner": "法规科"}
RECTIFICATION = (
    Row("rectifications", READS),
    Row("rectification", OPEN_OWN, of_rectification, OPEN_OTHER),
    Row("rectification-evidence", OPEN_OWN, of_rectification, OPEN_OTHER),
    # the unit's own people write the plan and report on the measures, in the states that let them;
    # others who see the case are told why not
    Row(
        "rectification-plan",
        INSPECTED,
        of_rectification,
        NOBODY,
        writes=INSPECTED,
        told=OPEN_OWN,
        sends=lambda side: A_PLAN,
    ),
    Row("rectification-plan-review", NOBODY, of_rectification, NOBODY, told=OPEN_OWN, sends=a_review),
    Row(
        "rectification-verdicts",
        NOBODY,
        of_rectification,
        NOBODY,
        told=OPEN_OWN,
        sends=lambda side: {"v1-verdict": "done", "v1-reason": ""},
    ),
    Row("feedbacks", COPIED),
    Row("feedback", OFFICE | INSPECTED | LEADER, of_feedback, OPEN_OTHER),  # and whoever got a copy of it
    Row("feedback-print", OFFICE | INSPECTED | LEADER, of_feedback, OPEN_OTHER),
    # the rounds of progress: the office calls, sees and reminds; a unit answers what it is asked
    Row("progresscalls", READS),
    Row("progresscall", OFFICE | INSPECTED | LEADER, lambda side: (side.call.pk,), OPEN_OTHER),
    Row("progress-round-new", STAFF, writes=STAFF, sends=a_round),
    Row("progress-round", OFFICE, lambda side: (side.call.content.round_id,), OFFICE),
    Row("progress-cancel", OFFICE, lambda side: (side.call.content.round_id,), OFFICE, writes=OFFICE),
    Row("progress-remind", STAFF, lambda side: (side.call.content.round_id,), STAFF, writes=STAFF),
    Row("progress-answer", LIAISON, lambda side: (side.call.pk,), NOBODY, writes=LIAISON, sends=an_answer),
    Row("supportneeds", READS),
    Row("supportneed", OFFICE | INSPECTED | LEADER, lambda side: (side.need.pk,), OPEN_OTHER),
    Row("rectification-warnings", JUDGES, of_rectification, OFFICE, writes=JUDGES),
    Row("lookbacks", READS),
    Row("lookback", OFFICE | TEAM | INSPECTED | LEADER, of_look_back, OPEN_OTHER),  # as its rectification
    Row("lookback-new", OFFICE, writes=OFFICE, sends=a_booking),
    Row(
        "measure-complete",
        INSPECTED,
        of_measure,
        NOBODY,
        writes=INSPECTED,
        told=OPEN_OWN,
        sends=lambda side: {"result": "已完成"},
    ),
    Row(
        "measure-reopen",
        INSPECTED,
        of_measure,
        NOBODY,
        writes=INSPECTED,
        told=OPEN_OWN,
        sends=lambda side: {"reason": "还差一份"},
    ),
)
DOCUMENTS = (
    Row("documents", OFFICE | INSPECTED),
    Row("former_ledger", OFFICE | INSPECTED),
    Row("former_template", OFFICE | INSPECTED),
    Row("ask_export", NOBODY, sends=lambda side: {"list": "/rectifications/"}),  # not signed by a list's own page
    Row("export_file", NOBODY, lambda side: of_export(side)[1:], NOBODY),
)
SEES_FIGURES = OFFICE | LEADER | INSPECTED  # a unit counts its own alone (dashboards.rows.in_scope)
RESULTS = (Row("results", SEES_FIGURES),)
DASHBOARDS = (
    Row("dashboard", SEES_FIGURES),
    Row("compare", SEES_FIGURES),
    Row("figure", SEES_FIGURES, lambda side: ("closure_rate",)),
    Row("figure", NOBODY, lambda side: ("no_such_figure",)),
    Row("figure_rows", SEES_FIGURES, lambda side: ("closed",)),
)

ROWS = (
    *ORGANIZATIONS, *CASEWORK, *INSPECTIONS, *LAWS, *CLUES, *RECTIFICATION, *PROGRAMMES, *DOCUMENTS, *RESULTS,
    *DASHBOARDS,
)  # fmt: skip

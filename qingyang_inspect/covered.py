"""How each table is held against being changed past the application: one way for each, decision 0023.

`RECORDED` rows have their records (organizations/records), `BY_THE_TRAIL` is what the trail says by itself, `BY_ITSELF`
are the chains that hold the others, and of `NO_FACT` it is said why nothing hangs on it.
"""

from __future__ import annotations

from organizations.records.facts import Fact

SOUGHT = frozenset({"sought", "initials", "name_key"})  # written anew from the names
DEVICE = frozenset({"throttling_failure_timestamp", "throttling_failure_count", "created_at", "last_used_at"})
RECORDED = (
    # findings, plans and campaigns
    Fact("inspections.Basis"),
    Fact("inspections.LawVersion"),
    Fact("inspections.Article"),
    Fact("inspections.AnnualPlan", "pk"),
    Fact("inspections.PlanItem", "plan_id"),
    Fact("inspections.Campaign", "pk"),
    Fact("inspections.CampaignUnit", "campaign_id"),
    Fact("inspections.Team", "campaign_id"),
    Fact("inspections.TeamMember", "team__campaign_id"),
    Fact("inspections.Recusal", "member__team__campaign_id"),
    Fact("inspections.Finding", "pk"),
    Fact("inspections.Citation", "finding_id"),
    Fact("clues.Clue", "pk"),
    # rectification
    Fact("rectification.Rectification", "pk"),
    Fact("rectification.Measure", "case_id"),
    Fact("rectification.Proof", "measure__case_id"),
    Fact("rectification.EvidenceVerdict", "measure__case_id"),
    Fact("rectification.ProgressReport", "case_id"),
    Fact("rectification.ProgressRound"),
    Fact("rectification.ProgressCall", "pk"),
    Fact("rectification.CallItem", "call_id"),
    Fact("rectification.SupportNeed", "pk"),
    Fact("rectification.Programme", "pk"),
    Fact("rectification.Aspect", "programme_id"),
    Fact("rectification.Demand", "aspect__programme_id"),
    Fact("rectification.UnitClaim", "pk"),
    Fact("rectification.ClaimedAspect", "claim_id"),
    Fact("rectification.StageGoal", "case_id"),
    Fact("rectification.PlanVerdict", "case_id"),
    Fact("rectification.RootCause"),
    Fact("rectification.AcceptanceStandard"),
    Fact("rectification.Objection", "case_id"),
    Fact("rectification.LookBack", "pk"),
    Fact("rectification.PaperWarning", "case_id"),
    Fact("rectification.PaperRule"),
    # what every case has; dictionaries and the calendar
    Fact("casework.Attachment", "case_id"),
    Fact("casework.Grant", "case_id"),
    Fact("casework.Topic"),
    Fact("casework.StepLimit"),
    Fact("casework.HolidayYear"),
    Fact("casework.CalendarDay"),
    Fact("results.ScoreScheme"),
    Fact("results.ScoreRule"),
    # units, people, how they sign in, and the logs
    Fact("organizations.Unit", besides=SOUGHT),
    Fact("organizations.UnitName"),
    Fact("organizations.Post"),
    Fact(
        "organizations.User",
        besides=SOUGHT | {"last_login", "last_post_id", "large_type", "groups", "user_permissions"},
    ),
    Fact("organizations.PastPassword"),
    Fact("organizations.PasswordReset"),
    Fact(
        "otp_totp.TOTPDevice",
        besides=DEVICE | {"step", "t0", "digits", "tolerance", "drift", "last_t"},
        called="动态口令",
    ),
    Fact("organizations.SecurityKey", besides=DEVICE | {"sign_count"}),
    Fact("otp_static.StaticDevice", besides=DEVICE, called="恢复码的设备"),
    Fact("otp_static.StaticToken", called="恢复码"),
    Fact("organizations.AccountEvent"),
    Fact("organizations.AccessEntry"),
    Fact("axes.AccessLog", besides=frozenset({"logout_time"}), called="登录记录"),
    Fact("axes.AccessFailureLog", called="登录失败记录"),
    Fact("admin.LogEntry", called="管理后台记录"),
)
BY_THE_TRAIL = {
    "casework.Case": "folding its trail gives every column (casework/workflow/replaying.py)",
    "casework.Event": "the chain of its case",
}
BY_ITSELF = {
    "organizations.RowRecord": "chained version by version",
    "organizations.ChainSeal": "signed by the key that came after",
}
NO_FACT = {
    "dashboards.Seal": "counted from the cards, compared with them by check_figures",
    "dashboards.SealedCell": "counted from the cards, compared with them by check_figures",
    "casework.Words": "the words of the search, written anew from the rows",
    "inspections.ArticleWords": "the words of the search, written anew from the articles",
    "inspections.StagedLaw": "a text that nobody has confirmed",
    "casework.Bigram": "how often pairs of characters occur",
    "casework.Notice": "says what the trail says already",
    "casework.NumberSeries": "a number given twice is refused by the card's own constraint",
    "casework.NightlyProgress": "how far a night has come",
    "casework.ChoreRun": "what was asked of the worker; asked again, it says the same",
    "casework.PdfCopy": "made of the bytes of a file to be looked at; what is judged and kept is the file",
    "casework.PendingFile": "files of a form that was not handed in",
    "rectification.FileTraits": "read from the bytes of a file, read anew they say the same",
    "rectification.TextMark": "counted from the texts of a case, whenever it is looked through",
    "rectification.PaperCheck": "that a case is to be looked through; the chore looks all through anew",
    "documents.Export": "a copy of rows, made anew at any time",
    "organizations.OutgoingMail": "says what pages and logs say already",
    "organizations.SentForm": "that a form was sent; the deed itself is in the trail",
    "organizations.StagedImport": "a sheet that nobody has confirmed",
    "rectification.Programme_units": "recorded with the programme it belongs to",
    "rectification.ClaimedAspect_demands": "recorded with the claimed problem it belongs to",
    "inspections.Finding_assisting": "recorded with the finding it belongs to",
    "organizations.User_groups": "rights hang on posts alone",
    "organizations.User_user_permissions": "rights hang on posts alone",
    "auth.Permission": "rights hang on posts alone",
    "auth.Group": "rights hang on posts alone",
    "auth.Group_permissions": "rights hang on posts alone",
    "contenttypes.ContentType": "written by Django's migrations",
    "organizations.SignIn": "who is signed in now",
    "sessions.Session": "not used: organizations.SignIn is",
    "axes.AccessAttempt": "not written: organizations.GuessCount counts, the failures themselves are recorded",
    "axes.AccessAttemptExpiration": "not written, as axes.AccessAttempt",
    "casework.WorkerProcess": "which worker is alive",
    "organizations.GuessCount": "a counter that sinks by itself",
}

"""What is written besides steps, as `inspections:<name>`.

Lists and pages come from the kinds (inspections/kinds.py).
"""

from django.urls import include, path

from inspections.views import campaigns, findings, laws, plans, teams

working = (
    [
        path("plans/new/", plans.new_plan, name="new_plan"),
        path("plans/<int:pk>/amend/", plans.amend_plan, name="amend_plan"),
        path("campaigns/new/", campaigns.new_campaign, name="new_campaign"),
        path("campaigns/<int:pk>/amend/", campaigns.amend_campaign, name="amend_campaign"),
        path("campaigns/<int:pk>/units/", teams.units, name="units"),
        path("campaigns/<int:pk>/teams/new/", teams.new_team, name="new_team"),
        path("campaigns/<int:pk>/feed-back/", campaigns.feed_back, name="feed_back"),
        path("teams/<int:pk>/", teams.change_team, name="change_team"),
        path("teams/<int:pk>/recusal/", teams.recusal, name="recusal"),
        path("findings/new/", findings.new_finding, name="new_finding"),
        path("findings/similar/", findings.similar, name="similar"),
        path("findings/<int:pk>/amend/", findings.amend_finding, name="amend_finding"),
        path("laws/", laws.laws, name="laws"),
        path("laws/new/", laws.new_laws, name="new_laws"),
        path("laws/articles/", laws.find_articles, name="find_articles"),
        path("laws/articles/<int:pk>/", laws.article, name="article"),
        path("laws/stale/", laws.stale_citations, name="stale_citations"),
        path("laws/<int:pk>/", laws.law, name="law"),
        path("laws/versions/<int:pk>/", laws.law_version, name="law_version"),
        path("laws/versions/<int:pk>/days/", laws.law_days, name="law_days"),
        path("laws/versions/<int:pk>/take-out/", laws.take_out_law, name="take_out_law"),
        path("laws/waiting/<int:pk>/", laws.staged_law, name="staged_law"),
        path("laws/waiting/<int:pk>/give-up/", laws.give_up_law, name="give_up_law"),
    ],
    "inspections",
)
urlpatterns = [
    path("", include(working)),
]

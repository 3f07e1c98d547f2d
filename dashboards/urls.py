"""Pages of figures."""

from django.urls import path

from dashboards.views import board

urlpatterns = [
    path("dashboard/", board.dashboard, name="dashboard"),
    path("dashboard/units/", board.units, name="dashboard-units"),
    path("figures/<slug:name>/", board.figure_rows, name="figure-rows"),
]

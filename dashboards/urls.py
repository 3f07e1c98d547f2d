"""Addresses of the figures."""

from django.urls import path

from dashboards.views import board

urlpatterns = [
    path("figures/", board.dashboard, name="dashboard"),
    path("figures/two-days/", board.compare, name="compare"),
    path("figures/<str:name>/", board.figure, name="figure"),
    path("figures/rows/<str:name>/", board.figure_rows, name="figure_rows"),
]

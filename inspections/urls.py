"""Pages of plans, campaigns, teams and findings."""

from django.urls import path  # noqa: F401

urlpatterns: list = []

"""Addresses of the results."""

from django.urls import path

from results.views import scheme

urlpatterns = [path("results/", scheme.results, name="results")]

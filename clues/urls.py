"""Pages of clues."""

from django.urls import path

from clues.views import clues

urlpatterns = [
    path("clues/", clues.clues, name="clues"),
    path("clues/new/", clues.new_clue, name="clue-new"),
    path("clues/<int:pk>/", clues.clue, name="clue"),
]

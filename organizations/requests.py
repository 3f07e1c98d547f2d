"""What a view is given: a request made by somebody in a post."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from organizations.actor import Actor
from organizations.models import User


class ActorRequest(HttpRequest):
    """A request after the middleware: `actor` is the post in force, `htmx` tells whether only a part of the page is
    asked for.

    Pages that are open, or that a person without a post may open (organizations.middleware), take a plain HttpRequest.
    """

    actor: Actor
    user: User
    htmx: HtmxDetails


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts, where Django's own signature says HttpRequest (the admin)."""
    return cast(ActorRequest, request).actor

"""What a view is given: a request made by somebody in a post."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from organizations.actor import Actor
from organizations.models import Post, User
from ui.requests import AskedRequest


class PersonRequest(AskedRequest):
    """A request on its way through the middleware, and of pages for whoever has no post: `posts` are all that the
    person holds today, newest first.
    """

    actor: Actor | None
    user: User | AnonymousUser
    posts: Sequence[Post]


class ActorRequest(PersonRequest):
    """A request after the middleware: `actor` is the post in force, `htmx` tells whether only a part of the page is
    asked for.

    Pages that are open to anybody take a plain HttpRequest.
    """

    actor: Actor
    user: User
    htmx: HtmxDetails


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts, where Django's own signature says HttpRequest (the admin)."""
    return cast(ActorRequest, request).actor

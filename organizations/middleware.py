"""Between the session and the page: who acts, who was away too long, who must mend the sign-in first.

Everything stands in this order after Django's AuthenticationMiddleware: log of taking → idle → actor → first password →
second factor.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from organizations.actor import Actor
from organizations.enums import SignInEnd
from organizations.models import Post, User
from organizations.passwords import has_lapsed
from organizations.requests import PersonRequest
from organizations.services.accounts import has_factor, needs_factor
from organizations.sessions import ACTIVE_AT, SIGNED_IN_AT
from ui.errors import DomainError, refused
from ui.taking import Taken, take, untold

CHOSEN_POST = "post"  # session: primary key of the post the person chose to act in
FILLED_IN_AS = "_post"  # field that app.js adds to the forms of who holds several posts
# The session is written at most once a minute; the same minute is allowed on top, so nobody is signed out earlier than
# told.
REFRESH_SECONDS = 60
ALWAYS_OPEN = frozenset({"logout", "keep_alive"})
PASSWORD_PAGES = ALWAYS_OPEN | {"password"}
ENDED = {
    SignInEnd.DISPLACED: "您的账号已在别处登录，同一账号最多同时登录 {} 处，这里已退出。"
    "不是您本人登录的，请马上改口令，并告诉系统管理员。",
    SignInEnd.BY_PERSON: "您在别处结束了这里的登录。",
}
FACTOR_PAGES = ALWAYS_OPEN | {"second_factor", "second_factor_code", "new_key"}

Answer = Callable[[HttpRequest], HttpResponse]


class AccessLogMiddleware:
    """Tell the log what was refused, and what is handed out without having been told of (ui.taking)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: PersonRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.user.is_authenticated or request.resolver_match is None:
            return response
        if response.status_code in (403, 404):
            take(request, Taken("refused"))
        elif untold(request, response):
            take(request, Taken("download"))
        return response


class IdleSignOutMiddleware:
    """Sign out who has done nothing for settings.IDLE_MINUTES, or has signed in elsewhere too often; the sign-in page
    leads back to where the person was.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: PersonRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        if ended := getattr(request.session, "ended", ""):
            return _sign_out(request, ENDED[SignInEnd(ended)].format(settings.SESSIONS_PER_USER))
        now = int(time.time())
        if now - request.session.setdefault(SIGNED_IN_AT, now) > settings.SESSION_HOURS * 3600:
            return _sign_out(
                request,
                f"登录已满 {settings.SESSION_HOURS} 小时，已自动退出。重新登录后回到原来的页面，写过的内容还在。",
            )
        last = request.session.get(ACTIVE_AT, now)
        if now - last > settings.IDLE_MINUTES * 60 + REFRESH_SECONDS:
            return _sign_out(
                request,
                f"您 {settings.IDLE_MINUTES} 分钟没有操作，已自动退出。重新登录后回到原来的页面，写过的内容还在。",
            )
        if ACTIVE_AT not in request.session or now - last >= REFRESH_SECONDS:
            request.session[ACTIVE_AT] = now
        return self.get_response(request)


class ActorMiddleware:
    """Set `request.actor` and `request.posts` (every post of the person in force, newest first) with one query."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: PersonRequest) -> HttpResponse:
        today = timezone.localdate()
        request.posts = posts_of(request.user, today) if request.user.is_authenticated else []
        chosen = request.session.get(CHOSEN_POST) if request.posts else None
        request.actor = acting(request.posts, chosen, today)
        return self.get_response(request)

    def process_view(self, request: PersonRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.user.is_authenticated and request.actor is None and _name(request) not in ALWAYS_OPEN:
            return render(request, "organizations/no_post.html", status=403)
        if request.method == "POST" and _name(request) not in ALWAYS_OPEN | {"switch_post"}:
            return _filled_in_as_another(request)
        return None


class FirstPasswordMiddleware:
    """Let who must change the password do that and nothing else: the first one, a reset one, or one older than
    settings.PASSWORD_DAYS.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: PersonRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: PersonRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not request.user.is_authenticated or _name(request) in ALWAYS_OPEN:
            return None
        if has_lapsed(request.user, timezone.localdate()):
            return _sign_out(
                request, f"首次口令已过 {settings.FIRST_PASSWORD_DAYS} 天，不能再用。请系统管理员另给一个。"
            )
        if _name(request) in PASSWORD_PAGES | FACTOR_PAGES:
            return None
        return _send(request, "password") if must_change_password(request.user, timezone.localdate()) else None


class SecondFactorMiddleware:
    """Ask for the code of the token once a session: the administrators, and whom the office names.

    A bound token is asked for before a first or reset password is changed: who has got hold of one comes no further.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: PersonRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: PersonRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        actor, user = request.actor, cast(Any, request.user)  # django_otp adds is_verified
        if actor is None or not needs_factor(actor):
            return None
        if user.is_verified() or _name(request) in FACTOR_PAGES:
            return None
        if _name(request) == "password" and must_change_password(actor.post.user, timezone.localdate()):
            return _send(request, "second_factor") if has_factor(actor.post.user) else None
        return _send(request, "second_factor")


def posts_of(user: Any, today: date) -> list[Post]:
    """Return the person's posts in force, newest first, with unit and person already there."""
    posts = list(
        Post.objects.in_force(today).filter(user_id=user.pk).select_related("unit").order_by("-from_on", "-pk")
    )
    for post in posts:
        post.user = user
    return posts


def acting(posts: list[Post], chosen: int | None, today: date) -> Actor | None:
    """Return the actor of the chosen post, else of the one last used, else of the one held longest; None without any.

    A post that begins later does not take over: who joins a team goes on in his office until he changes himself.
    """
    if not posts:
        return None
    wanted = (chosen, posts[0].user.last_post_id)
    post = next((post for pk in wanted for post in posts if post.pk == pk), posts[-1])
    return Actor(post, today, {"units_of_posts": frozenset(post.unit_id for post in posts)})


def must_change_password(user: User, today: date) -> bool:
    """Say whether the password is a first one or too old (90 天更换 is custom, 待核: docs/domain/compliance.md 6.1)."""
    too_old = user.password_set_on is not None and user.password_set_on + timedelta(settings.PASSWORD_DAYS) < today
    return user.must_change_password or too_old


def _filled_in_as_another(request: PersonRequest) -> HttpResponse | None:
    """Refuse a form that was opened in one post and sent in another, because the person switched in another window
    meanwhile.
    """
    then, actor = request.POST.get(FILLED_IN_AS, ""), request.actor
    if not then or actor is None or then == str(actor.post.pk):
        return None
    before = next((str(post) for post in request.posts if str(post.pk) == then), "另一个岗位")
    return refused(
        request,
        DomainError(
            f"这一页是以“{before}”打开的，您在别的窗口已改用“{actor.post}”，没有办理。请先换回原来的岗位，再返回这一页提交；填写的内容还在。"
        ),
    )


def _name(request: PersonRequest) -> str:
    match = request.resolver_match
    return match.view_name if match else ""


def _sign_out(request: PersonRequest, sentence: str) -> HttpResponse:
    back = (
        request.get_full_path()
        if request.method == "GET" and not getattr(request, "htmx", False)
        else _page_before(request)
    )
    logout(request)
    messages.warning(request, sentence)
    return _to(request, f"{reverse('login')}?{urlencode({REDIRECT_FIELD_NAME: back})}")


def _page_before(request: PersonRequest) -> str:
    """Return the path of the page that sent a form or asked for a part of itself; home when that is not known."""
    parts = urlsplit(request.headers.get("Referer", ""))
    known = parts.netloc == request.get_host()
    return (parts.path + (f"?{parts.query}" if parts.query else "")) if known else "/"


def _send(request: PersonRequest, name: str) -> HttpResponse:
    where = reverse(name)
    return _to(
        request,
        f"{where}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}" if request.method == "GET" else where,
    )


def _to(request: PersonRequest, url: str) -> HttpResponse:
    """Redirect the whole page, also when only a part of it was asked for (htmx follows a redirect into the part)."""
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)

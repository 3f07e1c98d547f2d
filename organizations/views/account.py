"""The own account: which post to act in, password, type size, staying signed in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from organizations import services
from organizations.forms import OwnMailForm, PasswordForm, SignInForm
from organizations.middleware import CHOSEN_POST
from organizations.models import User
from organizations.requests import ActorRequest
from organizations.services.guesses import TOO_MANY
from ui.form_actions import form_page, said, sent
from ui.pages import PageKind, page


class SignIn(LoginView):
    """Sign in; where the account is then signed in once too often, the place used longest ago is told at its next
    request.
    """

    authentication_form = SignInForm
    redirect_authenticated_user = True
    extra_context = {
        "lockout": services.lockout_terms,
        "first_password_days": settings.FIRST_PASSWORD_DAYS,
        "help_phone": settings.HELP_PHONE,
    }

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        answer = super().form_valid(form)
        services.devices.vouch(self.request, answer, form.get_user())
        services.settle_sign_in(self.request, form.get_user())
        if said := services.last_sign_in(form.get_user()):
            messages.info(self.request, said)
        return answer

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        answer = super().form_invalid(form)
        if form.has_error(NON_FIELD_ERRORS, TOO_MANY):
            answer.status_code = 429
        return answer


sign_in: Any = SignIn.as_view()
sign_in.page = PageKind(
    None, writes=True, is_open=True
)  # declared, not wrapped: a failed attempt is recorded whatever becomes of the request


@page(writes=True)
def account(request: ActorRequest) -> HttpResponse:
    """My posts, my password, my type size."""
    if request.method == "POST":
        services.set_large_type(request.user, request.POST.get("large_type") == "on")
        messages.success(request, "已换成大字号。" if request.user.large_type else "已换成标准字号。")
        return redirect("account")
    return render(
        request,
        "organizations/account.html",
        {
            "posts": request.posts,
            "password_days": settings.PASSWORD_DAYS,
            "places": services.places_of(request.user, request),
            "needs_factor": services.needs_factor(request.actor),
            "keys": services.security_keys.keys_of(request.user) if services.needs_factor(request.actor) else [],
            "sends_mail": services.mail.is_on(),
            "reset": services.resets.open_reset(request.user),
        },
    )


@page(writes=True)
@require_POST
def read_warning(request: ActorRequest) -> HttpResponse:
    """Say that one has read what stands on one's pages; or that the reset it tells of was not asked for."""
    if request.POST.get("object"):
        services.resets.object_to_reset(request.user, actor=request.actor)
        return said(request, "重置申请已撤销，口令没有变。请马上告诉市委依法治市办督察科。", "account")
    services.resets.acknowledge(request.user)
    return redirect(where_from(request))


@page(piecemeal=True)
def password(request: ActorRequest) -> HttpResponse:
    """Change the password, of one's own will or because it must be.

    Piecemeal: a wrong present password is counted, whatever becomes of the rest.
    """
    guess = services.devices.guess_from(request, request.user.username)
    form = PasswordForm(request.user, guess, sent(request))

    def then(user: User) -> HttpResponse:
        update_session_auth_hash(request, user)
        return said(request, "口令已改，下次登录用新口令。", where_from(request))

    if form.is_bound and form.has_error("old", TOO_MANY):
        logout(request)
        messages.warning(request, "现在的口令连续输错，已退出。是您本人的，请重新登录后再改。")
        return redirect("login")
    return form_page(
        request,
        form,
        lambda given: services.change_password(request.user, given["new"], actor=request.actor),
        then,
        template="registration/password.html",
        is_first=request.user.must_change_password,
        days=settings.PASSWORD_DAYS,
        next=where_from(request),
    )


@require_POST
def _sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, also of who holds no post; nothing that was shown stays in the browser for who comes next."""
    logout(request)
    cleared = ["cache", *(["storage"] if settings.FORGET_DRAFTS_AT_SIGN_OUT else [])]
    answer = redirect(settings.LOGOUT_REDIRECT_URL)
    answer.headers["Clear-Site-Data"] = ", ".join(f'"{what}"' for what in cleared)
    return answer


sign_out: Any = _sign_out
sign_out.page = PageKind(to=None, writes=True, is_open=False)


@page()
def signed_in(request: ActorRequest) -> HttpResponse:
    """Lead back to the window in which a form waits with its files (static/drafts.js)."""
    return render(request, "organizations/signed_in.html")


@page(writes=True)
@require_POST
def keep_alive(request: ActorRequest) -> HttpResponse:
    """Say that the person is still there; the middleware has noted it."""
    return HttpResponse(status=204)


@page(writes=True)
@require_POST
def switch_post(request: ActorRequest) -> HttpResponse:
    """Act in another of one's own posts in force."""
    asked = request.POST.get("post", "")
    post = next((post for post in request.posts if str(post.pk) == asked), None)
    if post is None:
        raise Http404
    request.session[CHOSEN_POST] = post.pk
    services.remember_post(post)
    messages.success(request, f"现在以“{post.words}”的岗位办理。")
    return redirect("home")


@page(writes=True)
def own_mail(request: ActorRequest) -> HttpResponse:
    """Say where notices about the own account go besides the pages."""
    return form_page(
        request,
        OwnMailForm(sent(request), initial={"mail": request.user.mail}),
        lambda given: services.set_own_mail(request.user, given["mail"], actor=request.actor),
        lambda user: said(request, "邮箱已保存。" if user.mail else "邮箱已清除，通知只在页面上显示。", "account"),
        title="邮箱",
        submit="保存邮箱",
        back=reverse("account"),
        intro="" if services.mail.is_on() else "本系统现在没有配置邮件，通知只在页面上显示；配置以后按这个邮箱寄。",
    )


@page(writes=True)
@require_POST
def end_sign_in(request: ActorRequest) -> HttpResponse:
    """End one of one's own sign-ins elsewhere."""
    ended = services.end_sign_in(request.user, request.POST.get("place", ""))
    return said(request, "已结束那里的登录。" if ended else "那里已经退出了。", "account")


def where_from(request: ActorRequest) -> str:
    """Return the page the person was sent from, home when it is not one of ours."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if is_ours else reverse("home")

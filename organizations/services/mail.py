"""Mail to people: put aside with the deed it tells of, sent once by the worker, tried again while the server is away.

A mail is no place for business: it carries a sentence and the address of a page, and the page asks who is there.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F
from django.utils import timezone

from organizations.models import OutgoingMail, User
from ui.texts import one_line

log = logging.getLogger(__name__)
WAITS = tuple(timedelta(minutes=n) for n in (1, 5, 15, 60, 180, 360, 720))  # after the first try, the second, …
KEPT = timedelta(days=30)
FOOT = "本邮件由庆阳法治督察系统自动发出，请勿回复。不是您本人的，请告诉市委依法治市办督察科。"


def is_on() -> bool:
    """Say whether this installation sends mail (EMAIL_URL)."""
    return bool(settings.SENDS_MAIL)


def send(address: str, title: str, text: str, link: str = "") -> None:
    """Have a mail sent, if there is an address and a server: written with the deed, so undone with it."""
    if address and is_on():
        OutgoingMail.objects.create(address=address, title=one_line(title)[:120], text=text[:500], link=link)


def tell(user: User, title: str, text: str, link: str = "") -> None:
    """Send a mail to a person, at the address as it stands."""
    send(User.objects.values_list("mail", flat=True).get(pk=user.pk), title, text, link)


def send_next() -> bool:
    """Send what has waited longest; return whether there was one. Claimed before it goes, so that it goes once."""
    now = timezone.now()
    waiting = OutgoingMail.objects.filter(sent_at=None, next_at__lte=now, tries__lte=len(WAITS))
    row = waiting.order_by("next_at", "pk").first()
    if row is None:
        return False
    again = now + WAITS[min(row.tries, len(WAITS) - 1)]
    claimed = waiting.filter(pk=row.pk, tries=row.tries).update(tries=F("tries") + 1, next_at=again)
    if claimed:
        problem = _sent(row)
        done = {"problem": problem[:200]} if problem else {"problem": "", "sent_at": timezone.now()}
        OutgoingMail.objects.filter(pk=row.pk).update(**done)
    return True


def _sent(row: OutgoingMail) -> str:
    """Hand a mail to the server; return what stood in the way. A second copy bears the same name as the first."""
    page = f"{settings.SITE_ADDRESS.rstrip('/')}{row.link}" if settings.SITE_ADDRESS and row.link else ""
    parts = [row.text, f"查看：{page}" if page else "请登录系统查看。", FOOT]
    name = {"Message-ID": f"<{row.pk}.{row.asked_at:%Y%m%d%H%M%S%f}@qingyang-inspect>"}
    try:
        EmailMessage(f"庆阳法治督察：{row.title}", "\n\n".join(parts), to=[row.address], headers=name).send()
    except (OSError, ValueError) as failed:
        log.warning("mail %s was not sent", row.pk, exc_info=True)
        return str(failed) or type(failed).__name__
    return ""


def state() -> str:
    """Say to whoever keeps the system running how the mail goes."""
    if not is_on():
        return "没有配置邮件（EMAIL_URL），通知只在页面上显示。"
    left = OutgoingMail.objects.filter(sent_at=None)
    waiting, given_up = (left.filter(**{f"tries__{how}": len(WAITS)}).count() for how in ("lte", "gt"))
    last = left.exclude(problem="").order_by("-next_at", "-pk").first()
    said = f"等着寄出 {waiting} 封，多次没有寄出、不再寄的 {given_up} 封"
    return f"{said}；最近一次没有寄出：{last.problem}" if last else f"{said}。"


def sweep() -> int:
    """Remove what was sent, or given up, long ago; return how many."""
    return OutgoingMail.objects.filter(asked_at__lt=timezone.now() - KEPT).delete()[0]

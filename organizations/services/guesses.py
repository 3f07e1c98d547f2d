"""Guessing passwords is slow work, for everybody but the person himself (docs/decisions/0025-who-guesses-waits.md).

Each try is charged before the password is looked at, in a transaction of its own, and given back when it was right: a
hundred tries at the same moment are a hundred tries. Nobody is locked out: what grows is the time to wait, and who
comes with a browser in which he has signed in before waits for his own mistakes alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone

from organizations.enums import GuessScope
from organizations.models import GuessCount, User

KEPT = timedelta(days=1)
TOO_MANY = "too_many"  # code of the refusal


class Limit(NamedTuple):
    """`free` wrong ones in a row without waiting; then `first` seconds, doubled each time up to `longest`. One is
    forgiven every `longest` seconds, so that no guesser is ever faster than that for long.
    """

    free: int
    first: int
    longest: int

    def wait(self, level: float) -> float:
        """Return how many seconds after the last try the next one is looked at."""
        over = math.floor(level + 0.5) - self.free
        return float(min(self.first * 2**over, self.longest)) if over >= 0 else 0.0

    def sunk(self, level: float, seconds: float) -> float:
        return max(0.0, level - max(0.0, seconds) / self.longest)


class Guess(NamedTuple):
    """Who is claimed to be there, and from where: `device` is the mark of a browser that vouches for this account."""

    account: str
    address: str
    device: str = ""

    @property
    def counters(self) -> list[tuple[GuessScope, str, str]]:
        """Return what is charged; a known browser counts for itself, so that nobody else can make its owner wait."""
        account = self.account.lower()[:64]
        if self.device:
            return [(GuessScope.PAIR, account, self.device)]
        place = network_of(self.address)
        return [
            (GuessScope.PAIR, account, place),
            (GuessScope.ACCOUNT, account, ""),
            (GuessScope.ADDRESS, "", place),
            (GuessScope.ALL, "", ""),
        ]


def limits() -> dict[GuessScope, Limit]:
    """Return the limits; the numbers are 惯例，待核 (docs/domain/compliance.md 6.1), so the environment may change
    them.
    """
    return {
        GuessScope.PAIR: Limit(settings.LOCKOUT_FAILURES, 60, settings.LOCKOUT_MINUTES * 60),
        GuessScope.ACCOUNT: Limit(settings.GUESSES_PER_ACCOUNT, 10, 300),
        GuessScope.ADDRESS: Limit(settings.GUESSES_PER_ADDRESS, 5, 60),
        GuessScope.ALL: Limit(settings.GUESSES_IN_ALL, 1, 2),
    }


def charge(guess: Guess) -> None:
    """Count a try before the password is looked at; it counts as wrong until `forgive` says otherwise.

    Raises:
        ValidationError: it is too early; the sentence says how long to wait. Such a try is not counted.
    """
    now, known = timezone.now(), limits()
    with transaction.atomic():
        rows = _locked(guess, now)
        waits = {row.scope: _left(row, known[GuessScope(row.scope)], now) for row in rows}
        scope = max(waits, key=lambda one: waits[one])
        if waits[scope] <= 0:
            for row in rows:
                row.level = known[GuessScope(row.scope)].sunk(row.level, (now - row.at).total_seconds()) + 1
                row.at = now
            GuessCount.objects.bulk_update(rows, ["level", "at"])
            return
    raise _too_early(guess, GuessScope(scope), waits[scope])


def forgive(guess: Guess) -> None:
    """The password was right: the own mistakes are forgotten, and elsewhere this one try."""
    with transaction.atomic():
        rows = _locked(guess, timezone.now())
        for row in rows:
            row.level = 0 if row.scope == GuessScope.PAIR else max(0, row.level - 1)
        GuessCount.objects.bulk_update(rows, ["level"])


def waits_until(user: User) -> datetime | None:
    """Return until when somebody who tries this account has to wait somewhere; None when nobody has."""
    known, now = limits(), timezone.now()
    ends = [
        row.at + timedelta(seconds=known[GuessScope(row.scope)].wait(row.level))
        for row in GuessCount.objects.filter(account=user.username)
    ]
    return max((end for end in ends if end > now), default=None)


def tried(user: User) -> tuple[int, list[str]]:
    """Return how many wrong passwords were counted for this account of late, and from where."""
    rows = GuessCount.objects.filter(account=user.username, scope=GuessScope.PAIR, level__gt=0).order_by("-at")
    places = rows.values("place").annotate(n=Sum("level"), last=Max("at")).order_by("-last")
    return sum(math.ceil(one["n"]) for one in places), [one["place"] for one in places]


def forget(user: User) -> int:
    """Start the counters of an account anew; return how many there were."""
    return GuessCount.objects.filter(account=user.username).delete()[0]


def sweep() -> int:
    """Remove counters nobody has touched for a day; return how many."""
    return GuessCount.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]


def network_of(address: str) -> str:
    """Return who counts as one place: an address of IPv4, the 64 bits of a network of IPv6."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if not isinstance(known, IPv6Address):
        return str(known)
    return str(known.ipv4_mapped) if known.ipv4_mapped else f"{IPv6Address(int(known) >> 64 << 64)}/64"


def _locked(guess: Guess, now: datetime) -> list[GuessCount]:
    """Return the counters, made where they are missing and locked in one order."""
    keys = guess.counters
    GuessCount.objects.bulk_create(
        [GuessCount(scope=scope, account=account, place=place, at=now) for scope, account, place in keys],
        ignore_conflicts=True,
    )
    rows: Iterable[GuessCount] = (
        GuessCount.objects.select_for_update()
        .filter(scope__in=[key[0] for key in keys], account__in=["", keys[0][1]], place__in=["", keys[0][2]])
        .order_by("pk")
    )
    return [row for row in rows if (row.scope, row.account, row.place) in keys]


def _left(row: GuessCount, limit: Limit, now: datetime) -> float:
    return limit.wait(row.level) - (now - row.at).total_seconds() if row.level else 0.0


def _too_early(guess: Guess, scope: GuessScope, seconds: float) -> ValidationError:
    """Say how long to wait, and who does not have to; the same words whether the account is there or not."""
    wait = f"{math.ceil(seconds)} 秒" if seconds < 60 else f"{math.ceil(seconds / 60)} 分钟"
    if scope == GuessScope.PAIR:
        text = f"账号“{guess.account}”在这里连续输错，请等 {wait}后再试。其间再试不看口令，也不会等得更久"
    else:
        text = f"现在有人在反复试口令，没有登录过这个账号的浏览器请等 {wait}后再试。用您平时登录的电脑、浏览器不受影响"
    return ValidationError(text, code=TOO_MANY)  # no params: with them Django reads a % in the account as a format

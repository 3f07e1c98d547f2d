"""The keys of the chains (settings.TRAIL_KEYS): with the database alone nobody can compute a link anew.

A key is known by a name that says its algorithm and can be told from no other key: `sha256-5f0c1f2a9b`. What was
written before there were keys bears the name PLAIN, and a plain SHA-256.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

from django.conf import settings

PLAIN = ""
ALGORITHMS = ("sha256", "sm3")  # SM3 (GB/T 32905) where the machine's OpenSSL has it


def current() -> str:
    """Return the name of the key that signs what is written now."""
    return _name(settings.TRAIL_ALGORITHM, settings.TRAIL_KEYS[0])


def is_known(name: str) -> bool:
    """Say whether a link under this key can be computed here: its secret is in the ring, its algorithm is there."""
    return name == PLAIN or name in _ring(tuple(settings.TRAIL_KEYS))


def signed(name: str, text: str) -> str:
    """Return 64 hex digits over a text under a key.

    Raises:
        KeyError: the key is not in the ring.
    """
    if name == PLAIN:
        return hashlib.sha256(text.encode()).hexdigest()
    return hmac.digest(_ring(tuple(settings.TRAIL_KEYS))[name], text.encode(), name.partition("-")[0]).hex()


@lru_cache(maxsize=8)
def _ring(secrets: tuple[str, ...]) -> dict[str, bytes]:
    there = [algorithm for algorithm in ALGORITHMS if algorithm in hashlib.algorithms_available]
    return {_name(algorithm, secret): secret.encode() for secret in secrets for algorithm in there}


@lru_cache(maxsize=32)
def _name(algorithm: str, secret: str) -> str:
    return f"{algorithm}-{hashlib.sha256(b'name of a key of the trail: ' + secret.encode()).hexdigest()[:10]}"

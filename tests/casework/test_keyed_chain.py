"""The chain is keyed: with the database alone, or with a key that signs no more, nobody can go on writing it."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from casework.models import Case, Event
from casework.workflow import trail
from organizations.models import ChainSeal
from organizations.records import keys, ledger
from rectification.enums import State
from tests.factories import a_rectification

pytestmark = pytest.mark.django_db
OLD, NEW = "an old key of the trail, of enough letters", "a new key of the trail, of enough letters"
Link = Callable[[bytes], str]

# what a link says, written down by hand
SAID = (
    "day", "post_id", "name", "label", "source", "state", "due_on", "unit_id", "within_id", "held_state",
    "held_due_on", "held_since", "width",
)  # fmt: skip


def plain(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def under(secret: str, algorithm: str = "sha256") -> Link:
    return lambda text: hmac.new(secret.encode(), text, algorithm).hexdigest()


def written_anew(case: Case, link: Link, key: str, **changed: Any) -> None:
    """Write a trail anew, as one who owns the database can: the last event changed, all links computed after it."""
    trail.lift()
    head = ""
    for event in Event.objects.filter(case=case).order_by("seq"):
        if event.seq == case.last_seq:
            for name, value in changed.items():
                setattr(event, name, value)
        micros = round((event.at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000)
        said = [getattr(event, name) for name in SAID]
        said = [value.isoformat() if hasattr(value, "isoformat") else value for value in said]
        line = [case.pk, event.seq, micros, *said, event.after, event.note]
        head = link((head + json.dumps(line, ensure_ascii=False, sort_keys=True)).encode())
        Event.objects.filter(pk=event.pk).update(hash=head, key=key, label=event.label)
    trail.install()


def told() -> str:
    try:
        call_command("verify_trail", stdout=(out := StringIO()), stderr=StringIO())
    except CommandError:
        return out.getvalue()
    return ""


def test_a_link_is_made_with_the_key_that_the_settings_hold(settings: Any) -> None:
    settings.TRAIL_KEYS = [NEW]
    case = a_rectification(State.CLAIM)
    hashes = list(Event.objects.filter(case=case).values_list("hash", flat=True))

    written_anew(case, under(NEW), keys.current())

    assert list(Event.objects.filter(case=case).values_list("hash", flat=True)) == hashes
    assert told() == ""


@pytest.mark.parametrize(
    ("link", "key", "word"),
    [
        (plain, "", "还没有密钥时的链值不在封存之内"),
        (plain, None, "内容与链值不符"),
        (under("guessed"), None, "内容与链值不符"),
        (under("my own"), "sha256-0123456789", "密钥 sha256-0123456789 不在这里，链值无从核对"),
    ],
    ids=["without a key", "plain, said to be keyed", "a guessed key", "a key of his own"],
)
def test_a_trail_written_anew_without_the_key_is_told(link: Link, key: str | None, word: str) -> None:
    case = a_rectification(State.CLAIM)

    written_anew(case, link, keys.current() if key is None else key, label="改过")

    assert word in told()


def test_a_chain_from_before_there_were_keys_holds_up_to_its_seal() -> None:
    old, later = a_rectification(State.CLAIM), a_rectification(State.PLAN)
    for case in Case.objects.all():
        written_anew(case, plain, "")
    assert "经过：还没有密钥时的链值没有封存" in told()
    ledger.sign()

    call_command("seal_trail", stdout=StringIO())

    assert told() == ""
    a_rectification(State.CLAIM)
    assert told() == ""
    written_anew(later, plain, "", label="改过")
    assert "还没有密钥时封存的" in told()
    assert ChainSeal.objects.count() == 1
    assert old.pk != later.pk


def test_a_key_gives_way_to_another_and_writes_no_more(settings: Any) -> None:
    settings.TRAIL_KEYS = [OLD]
    case, old_key = a_rectification(State.CLAIM), keys.current()
    ledger.sign()
    settings.TRAIL_KEYS = [NEW, OLD]
    assert f"密钥 {old_key} 的链值没有封存" in told()

    call_command("seal_trail", stdout=(out := StringIO()))
    later = a_rectification(State.CLAIM)

    assert re.fullmatch(rf"已封存 密钥 {old_key} 的经过 \d+ 条、存证 \d+ 条\n", out.getvalue())
    assert told() == ""
    written_anew(later, under(OLD), old_key)
    assert f"密钥 {old_key} 的链值不在封存之内" in told()
    written_anew(later, under(NEW), keys.current())
    written_anew(case, under(OLD), old_key, label="改过")
    assert f"密钥 {old_key} 封存的" in told()


def test_nothing_is_sealed_that_does_not_hold_or_cannot_be_looked_at(settings: Any) -> None:
    settings.TRAIL_KEYS = [OLD]
    case = a_rectification(State.CLAIM)
    written_anew(case, plain, keys.current(), label="改过")

    settings.TRAIL_KEYS = [NEW]
    with pytest.raises(CommandError, match="旧链值无从核对，没有封存"):
        call_command("seal_trail")
    settings.TRAIL_KEYS = [NEW, OLD]
    with pytest.raises(CommandError, match="旧链值有不符，没有封存"):
        call_command("seal_trail")

    assert not ChainSeal.objects.exists()


def test_sm3_is_an_algorithm_by_name(settings: Any) -> None:
    settings.TRAIL_KEYS, settings.TRAIL_ALGORITHM = [NEW], "sm3"
    case = a_rectification(State.CLAIM)
    hashes = list(Event.objects.filter(case=case).values_list("hash", "key"))

    written_anew(case, under(NEW, "sm3"), keys.current())

    assert keys.current().startswith("sm3-")
    assert list(Event.objects.filter(case=case).values_list("hash", "key")) == hashes
    assert told() == ""

"""Changing the key: what was kept under the old one is looked at, and sealed under the new one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.db import transaction

from casework.workflow import trail
from organizations.records import keys, ledger
from organizations.records.facts import all_facts
from organizations.records.sealing import Seals, named
from ui.errors import DomainError

SHOWN = 5


@transaction.atomic
def seal_old_keys() -> str:
    """Seal every chain under a key that signs no more; say what was sealed.

    Raises:
        DomainError: something does not hold; nothing was sealed.
    """
    events, records = trail.seals(trusting=True), ledger.seals(trusting=True)
    unsealed = sorted({*events.unsealed(), *records.unsealed()})
    if not unsealed:
        return "没有需要封存的旧链值"
    if unknown := [key for key in unsealed if not keys.is_known(key)]:
        names = "、".join(map(named, unknown))
        raise DomainError(f"{names}不在这里，旧链值无从核对，没有封存。请把旧密钥接在 TRAIL_KEY 的后面再运行。")
    if wrong := list(islice(_wrong(events, records), SHOWN)):
        raise DomainError(f"旧链值有不符，没有封存：{'；'.join(wrong)}。请保护现场，联系审计管理员。")
    return f"已封存 {'、'.join(map(named, unsealed))}的经过 {events.seal()} 条、存证 {records.seal()} 条"


def _wrong(events: Seals, records: Seals) -> Iterator[str]:
    yield from (f"卡片 {case} 第 {seq} 条：{what}" for case, seq, what in trail.verify(sealed=events))
    for fact in all_facts():
        yield from ledger.verify(fact, sealed=records)

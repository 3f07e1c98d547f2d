"""Seals: a chain that changed its key goes on; what was under the old one is held by a sum under the new one.

A link under a key that signs no more is lawful only up to the row that was the last when it was sealed: else whoever
got hold of an old key, or needs none (PLAIN), could go on writing with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Count, Max
from django.utils import timezone

from organizations.records import keys

ROUND = 1 << 256


class Seals:
    """The seals of one chain (经过, 存证) that the current key has signed.

    `trusting`: whoever seals looks at old links as if they had been sealed already.
    """

    def __init__(self, chain: str, model: str, *, trusting: bool = False) -> None:
        self.chain, self.model, self.trusting = chain, model, trusting
        self.now = keys.current()
        made = apps.get_model("organizations", "ChainSeal").objects.filter(chain=chain, sealed_with=self.now)
        self.made = {seal.key: seal for seal in made if seal.hash == _signature(seal)}

    def is_lawful(self, key: str, row: int) -> bool:
        """Say whether a row may bear a link under this key."""
        return key == self.now or self.trusting or (key in self.made and row <= self.made[key].last_id)

    def _rows(self, key: str) -> Any:
        return apps.get_model(self.model)._default_manager.filter(key=key)

    def _old(self) -> list[str]:
        rows = apps.get_model(self.model)._default_manager.exclude(key=self.now)
        return sorted(rows.order_by().values_list("key", flat=True).distinct())

    def unsealed(self) -> list[str]:
        """Return the names of old keys under which there are rows and no seal."""
        return [key for key in self._old() if key not in self.made]

    def seal(self) -> int:
        """Seal what lies under old keys, as it is; return how many rows. Look first whether it holds."""
        sealed = 0
        for key in self.unsealed():
            found = self._rows(key).aggregate(n=Count("pk"), last=Max("pk"))
            seal = apps.get_model("organizations", "ChainSeal")(
                chain=self.chain, key=key, n=found["n"], last_id=found["last"], total=self._total(key),
                at=timezone.now().replace(microsecond=0), sealed_with=self.now,
            )  # fmt: skip
            seal.hash = _signature(seal)
            seal.save(force_insert=True)
            sealed += seal.n
        return sealed

    def wrong(self) -> Iterator[str]:
        """Yield a sentence for every old key whose rows are not sealed, or not those that were sealed."""
        for key in self._old():
            if key not in self.made:
                yield f"{self.chain}：{named(key)}的链值没有封存，请系统管理员核对后运行 seal_trail"
        for key, seal in self.made.items():
            n = self._rows(key).count()
            if (n, self._total(key)) != (seal.n, seal.total):
                yield f"{self.chain}：{named(key)}封存的 {seal.n} 条与现在的 {n} 条不符"

    def _total(self, key: str) -> str:
        """Return a sum over the links under a key: in any order, and nobody without the key can bring it about."""
        rows = self._rows(key).order_by("pk").values_list("pk", "hash")
        total = sum(int(keys.signed(self.now, f"{pk} {link}"), 16) for pk, link in rows.iterator(5000))
        return f"{total % ROUND:064x}"


def named(key: str) -> str:
    """Return how a key is spoken of."""
    return f"密钥 {key} " if key else "还没有密钥时"


def _signature(seal: Any) -> str:
    said = (seal.chain, seal.key, seal.last_id, seal.n, seal.total, int(seal.at.timestamp()))
    return keys.signed(seal.sealed_with, f"seal {said!r}")

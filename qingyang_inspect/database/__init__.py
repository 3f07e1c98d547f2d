"""Django's two engines, with one thing more: at its commit a transaction signs the rows it has written."""

from __future__ import annotations

from typing import Any


class Signing:
    """Sign what was touched just before the commit; forget it at a rollback (organizations/records/ledger.py)."""

    def _commit(self: Any) -> Any:
        from organizations.records import ledger

        if self.connection is not None:
            try:
                ledger.sign(self.alias)
            except (
                BaseException
            ):  # Django undoes a commit for an error of the database only; SQLite would go on to keep it
                self.rollback()
                raise
        return super()._commit()  # type: ignore[misc]

    def _rollback(self: Any) -> Any:
        from organizations.records import ledger

        ledger.forget(self.alias)
        return super()._rollback()  # type: ignore[misc]

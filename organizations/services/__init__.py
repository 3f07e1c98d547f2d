"""Every write of the organisation: accounts, posts, units, imports. Each checks who may, acts in one transaction and writes the log."""

from organizations.services.accounts import (
    amend_account,
    change_password,
    close_account,
    enroll_factor,
    open_account,
    recover_factor,
    reopen_account,
    reset_password,
    unlock,
)
from organizations.services.posts import appoint, end_post, replace_person
from organizations.services.units import MERGE_CHECKS, abolish_unit, amend_unit, merge_units, open_unit, rename_unit

__all__ = [
    "MERGE_CHECKS", "abolish_unit", "amend_account", "amend_unit", "appoint", "change_password", "close_account", "end_post", "enroll_factor", "merge_units",
    "open_account", "open_unit", "recover_factor", "rename_unit", "reopen_account", "replace_person", "reset_password", "unlock",
]  # fmt: skip

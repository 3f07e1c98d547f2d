"""Every write of the organisation: accounts, posts, units, imports. Each checks who may, acts in one transaction and
writes the log.
"""

from organizations.services import access_log, devices, guesses, outlooks, resets
from organizations.services.accounts import (
    amend_account,
    change_password,
    close_account,
    has_factor,
    lockout_terms,
    match_factor,
    needs_factor,
    new_factor,
    new_recovery_codes,
    open_account,
    recover_factor,
    reopen_account,
    reset_password,
    set_large_type,
    unlock,
)
from organizations.services.leaving import LEFT_ALONE, goes_on, left_alone, posts_of_today
from organizations.services.posts import appoint, end_post, remember_post, replace_person
from organizations.services.receipts import sweep as sweep_receipts
from organizations.services.sessions import end_sign_in, last_sign_in, places_of, settle_sign_in, sweep_sign_ins
from organizations.services.units import (
    MERGE_CHECKS,
    NAME_BEARERS,
    NameBearers,
    abolish_unit,
    amend_unit,
    merge_units,
    open_unit,
    rename_unit,
)

__all__ = [
    "LEFT_ALONE",
    "MERGE_CHECKS",
    "NAME_BEARERS",
    "NameBearers",
    "abolish_unit",
    "access_log",
    "amend_account",
    "amend_unit",
    "appoint",
    "change_password",
    "close_account",
    "devices",
    "end_post",
    "end_sign_in",
    "goes_on",
    "guesses",
    "has_factor",
    "last_sign_in",
    "left_alone",
    "lockout_terms",
    "match_factor",
    "merge_units",
    "needs_factor",
    "new_factor",
    "new_recovery_codes",
    "open_account",
    "open_unit",
    "outlooks",
    "places_of",
    "posts_of_today",
    "recover_factor",
    "remember_post",
    "rename_unit",
    "reopen_account",
    "replace_person",
    "reset_password",
    "resets",
    "set_large_type",
    "settle_sign_in",
    "sweep_receipts",
    "sweep_sign_ins",
    "unlock",
]

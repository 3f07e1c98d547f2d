"""Units, posts, users, and what was done to them."""

from organizations.models.access_entry import AccessEntry
from organizations.models.account_event import AccountEvent
from organizations.models.chain_seal import ChainSeal
from organizations.models.guess_count import GuessCount
from organizations.models.outgoing_mail import OutgoingMail
from organizations.models.password_reset import PasswordReset
from organizations.models.post import Post
from organizations.models.row_record import RowRecord
from organizations.models.security_key import SecurityKey
from organizations.models.sent_form import SentForm
from organizations.models.sign_in import SignIn
from organizations.models.staged_import import StagedImport
from organizations.models.unit import Unit, UnitName
from organizations.models.user import PastPassword, User

__all__ = [
    "AccessEntry",
    "AccountEvent",
    "ChainSeal",
    "GuessCount",
    "OutgoingMail",
    "PasswordReset",
    "PastPassword",
    "Post",
    "RowRecord",
    "SecurityKey",
    "SentForm",
    "SignIn",
    "StagedImport",
    "Unit",
    "UnitName",
    "User",
]

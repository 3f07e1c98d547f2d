"""Units, posts, users."""

from organizations.models.post import Post
from organizations.models.unit import Unit, UnitName
from organizations.models.user import PastPassword, User

__all__ = ["PastPassword", "Post", "Unit", "UnitName", "User"]

"""The actor: the post in force. Every rule takes it; it is made once a request by the middleware."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from organizations.enums import ADMINISTRATORS, INSPECTED, OFFICE, STANDINGS, TEAM, Role, Standing

if TYPE_CHECKING:
    from organizations.models import Post

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Actor:
    """A person in a post on a day. `recall` keeps what was read once (unit ids, granted ids) for the length of a
    request.
    """

    post: Post
    today: date
    memory: dict[str, Any] = field(default_factory=dict, repr=False)

    def recall(self, name: str, read: Callable[[], T]) -> T:
        """Return what `read` gave the first time it was asked under this name."""
        if name not in self.memory:
            self.memory[name] = read()
        return self.memory[name]

    def forget(self) -> None:
        """Read anew from here on; the engine asks for it before it looks again under the lock."""
        self.memory.clear()

    @property
    def role(self) -> Role:
        return Role(self.post.role)

    @property
    def standing(self) -> Standing:
        """What the role sees, what its bar leads to, where it lands."""
        return STANDINGS[self.role]

    @property
    def unit_id(self) -> int:
        return self.post.unit_id

    @property
    def user_id(self) -> int:
        return self.post.user_id

    @property
    def person(self) -> str:
        return self.post.user.name

    @property
    def place(self) -> str:
        return f"{self.post.unit.short_name} · {self.post.title or self.role.label}"

    @property
    def unit_ids(self) -> tuple[int, ...]:
        """Own unit, the units below it and the units merged into any of them."""
        return self.recall("unit_ids", lambda: tuple(self.post.unit.family_ids()))

    @property
    def units_of_posts(self) -> frozenset[int]:
        """The units of every post of the person in force today, not of this one alone."""
        from organizations.models import Post

        return self.recall(
            "units_of_posts",
            lambda: frozenset(
                Post.objects.in_force(self.today).filter(user_id=self.user_id).values_list("unit_id", flat=True)
            ),
        )

    @property
    def is_office(self) -> bool:
        return self.role in OFFICE

    @property
    def is_team(self) -> bool:
        return self.role in TEAM

    @property
    def is_inspected(self) -> bool:
        return self.role in INSPECTED

    @property
    def is_administrator(self) -> bool:
        return self.role in ADMINISTRATORS

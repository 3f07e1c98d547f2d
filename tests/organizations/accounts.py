"""Accounts with a known password, and how they sign in."""

from django.urls import reverse

from organizations.enums import ADMINISTRATORS, Role, UnitCategory
from tests.factories import UnitFactory, a_post

BACKEND = "django.contrib.auth.backends.ModelBackend"
GOOD = "Lanting-Xu-353"


def an_account(role=Role.UNIT_LIAISON, **fields):
    """A person in a post with a known password, who need not change it."""
    unit = UnitFactory(category=UnitCategory.ADMINISTRATION) if role in ADMINISTRATORS else None
    user = a_post(role, unit).user
    user.set_password(GOOD)
    for name, value in fields.items():
        setattr(user, name, value)
    user.save()
    return user


def sign_in(client, username, password, **extra):
    return client.post(reverse("login"), {"username": username, "password": password}, **extra)

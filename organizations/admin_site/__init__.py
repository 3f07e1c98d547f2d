"""Django's admin as a place of work: who may what is decided by the post, and lists are those of the house."""

from organizations.admin_site.dictionaries import DictionaryAdmin
from organizations.admin_site.fields import Fact
from organizations.admin_site.rights import ReadOnlyAdmin, RightsAdmin, Section, post_of_day
from organizations.admin_site.site import Desk

__all__ = ["Desk", "DictionaryAdmin", "Fact", "ReadOnlyAdmin", "RightsAdmin", "Section", "post_of_day"]

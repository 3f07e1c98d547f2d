from django.apps import AppConfig

from organizations.access import has_in_menu


class CluesConfig(AppConfig):
    name = "clues"
    verbose_name = "线索"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework.search import index
        from casework.workflow import circuits
        from clues.workflow import CLUE
        from organizations.enums import Role
        from ui import navigation
        from ui.navigation import NavItem

        index.SOURCES[CLUE.kind] = lambda case: str(case.content.content)
        circuits.register(CLUE.kind, lambda case: CLUE, all_circuits=(CLUE,))
        navigation.beginnings.append((lambda actor: actor.role == Role.OFFICE_STAFF, "clue-new", "登记线索"))
        navigation.register(
            NavItem(
                "线索",
                "clues",
                has_in_menu("clues"),
                40,
            )
        )

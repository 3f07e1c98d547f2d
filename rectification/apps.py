from django.apps import AppConfig

from organizations.access import has_in_menu


class RectificationConfig(AppConfig):
    name = "rectification"
    verbose_name = "整改"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework.enums import Kind
        from casework.search import index
        from casework.views.steps import BUSINESS
        from casework.workflow import circuits
        from casework.workflow.inside import put_inside
        from rectification.views.ledger import SPEC
        from rectification.workflow import TABLE, circuit_for
        from rectification.workflow.effects import correct_rectifications, open_rectifications
        from ui import lists, navigation
        from ui.navigation import NavItem

        circuits.register(Kind.RECTIFICATION, circuit_for, all_circuits=TABLE.every_circuit)
        index.THROUGH[Kind.RECTIFICATION] = "rectification__finding_id"  # a rectification has no text of its own
        put_inside("open_rectifications", open_rectifications)
        put_inside("correct_rectifications", correct_rectifications)
        navigation.register(NavItem("整改台账", "rectifications", has_in_menu("rectifications"), 30))
        lists.LEDGERS.append(lists.Ledger(SPEC, "rectifications", "一个问题一个责任单位一行", BUSINESS))

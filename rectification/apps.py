from django.apps import AppConfig


class RectificationConfig(AppConfig):
    name = "rectification"
    verbose_name = "整改"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework import kinds
        from casework.services import attachments
        from casework.workflow.inside import put_inside
        from rectification.kinds import KINDS
        from rectification.services import take_in_new_version
        from rectification.workflow.effects import carry_corrections, open_rectifications
        from rectification.workflow.feedback import sign_feedback

        for spec in KINDS:
            kinds.register(spec)
        attachments.REPLACED.append(take_in_new_version)
        put_inside("open_rectifications", open_rectifications)
        put_inside("sign_feedback", sign_feedback)
        put_inside("carry_corrections", carry_corrections)

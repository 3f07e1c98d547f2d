from django.apps import AppConfig


class RectificationConfig(AppConfig):
    name = "rectification"
    verbose_name = "整改"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework import chore, kinds
        from casework.jobs import long_works, worker
        from casework.services import attachments
        from casework.workflow.inside import put_inside
        from rectification.kinds import KINDS
        from rectification.paper.rule import rules
        from rectification.programme_kinds import PROGRAMME_KINDS
        from rectification.services import paper, pdf_copies, take_in_new_version
        from rectification.workflow.effects import carry_corrections, open_rectifications
        from rectification.workflow.feedback import sign_feedback
        from rectification.workflow.programme import settle_aspect

        for spec in (*KINDS, *PROGRAMME_KINDS):
            kinds.register(spec)
        worker.errands.append(pdf_copies.convert_next)
        rules()  # found at start: a rule named twice stops here
        long_works.register(paper.CHECKS)
        chore.register(paper.CHORE)
        attachments.REPLACED.append(take_in_new_version)
        put_inside("open_rectifications", open_rectifications)
        put_inside("sign_feedback", sign_feedback)
        put_inside("carry_corrections", carry_corrections)
        put_inside("settle_aspect", settle_aspect)
        put_inside("check_paper", paper.queue_check)

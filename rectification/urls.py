"""Pages of rectifications."""

from django.urls import path

from rectification.views import case, closure, evidence, feedback, plan, plan_review, programme, progress

urlpatterns = [
    path("feedbacks/<int:pk>/print/", feedback.printed, name="feedback-print"),
    path("rectifications/<int:pk>/plan/", plan.plan, name="rectification-plan"),
    path("rectifications/<int:pk>/plan/review/", plan_review.review, name="rectification-plan-review"),
    path("rectifications/<int:pk>/closure/notice/", closure.notice, name="closure-notice"),
    path("rectifications/<int:pk>/closure/withdraw/", closure.withdraw, name="closure-withdraw"),
    path("rectifications/<int:pk>/evidence/", evidence.beside, name="rectification-evidence"),
    path("rectifications/<int:pk>/verdicts/", case.judge_all, name="rectification-verdicts"),
    path("progress/rounds/new/", progress.new_round, name="progress-round-new"),
    path("progress/rounds/<int:pk>/", progress.show_round, name="progress-round"),
    path("progress/rounds/<int:pk>/remind/", progress.remind, name="progress-remind"),
    path("progress/rounds/<int:pk>/cancel/", progress.cancel_round, name="progress-cancel"),
    path("progress/<int:pk>/answer/", progress.answer, name="progress-answer"),
    path("programmes/new/", programme.new_programme, name="programme-new"),
    path("programmes/<int:pk>/edit/", programme.amend_programme, name="programme-edit"),
    path("programmes/<int:pk>/matrix/", programme.show_matrix, name="programme-matrix"),
    path("programmes/<int:pk>/remind/", programme.remind, name="programme-remind"),
    path("claims/<int:pk>/answer/", programme.answer, name="claim-answer"),
    path("rectifications/<int:pk>/warnings/", case.answer_warnings, name="rectification-warnings"),
    path("measures/<int:pk>/complete/", plan.complete_measure, name="measure-complete"),
    path("measures/<int:pk>/reopen/", plan.reopen_measure, name="measure-reopen"),
]

"""Pages of rectifications."""

from django.urls import path

from rectification.views import case, feedback, plan

urlpatterns = [
    path("feedbacks/<int:pk>/print/", feedback.printed, name="feedback-print"),
    path("rectifications/<int:pk>/plan/", plan.plan, name="rectification-plan"),
    path("rectifications/<int:pk>/verdicts/", case.judge_all, name="rectification-verdicts"),
    path("measures/<int:pk>/complete/", plan.complete_measure, name="measure-complete"),
    path("measures/<int:pk>/reopen/", plan.reopen_measure, name="measure-reopen"),
]

"""Pages of rectifications."""

from django.urls import path

from rectification.views import case, ledger

urlpatterns = [
    path("rectifications/", ledger.rectifications, name="rectifications"),
    path("rectifications/<int:pk>/", case.rectification, name="rectification"),
    path("rectifications/<int:pk>/plan/", case.plan, name="rectification-plan"),
    path("rectifications/<int:pk>/measures/", case.add_measure, name="rectification-add-measure"),
    path("rectifications/<int:pk>/look-back/", case.plan_look_back, name="rectification-look-back"),
    path("measures/<int:pk>/change/", case.change_measure, name="measure-change"),
    path("measures/<int:pk>/remove/", case.remove_measure, name="measure-remove"),
    path("measures/<int:pk>/complete/", case.complete_measure, name="measure-complete"),
    path("measures/<int:pk>/judge/", case.judge, name="measure-judge"),
    path("look-backs/<int:pk>/", case.judge_look_back, name="look-back-judge"),
]

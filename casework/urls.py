"""Pages of every kind of case."""

from django.urls import path

from casework.kinds import all_kinds
from casework.views import batches, drafts, files, home, kinds, long_works, steps, upkeep

urlpatterns = [
    path("", home.home, name="home"),
    path("mine/", home.awaiting, name="awaiting"),
    path("later/", home.not_yet, name="not_yet"),
    path("waiting/", home.waiting, name="waiting"),
    path("notices/", home.notices, name="notices"),
    path("search/", home.search, name="search"),
    path("sent/", drafts.sent_forms, name="sent_forms"),
    path("upkeep/", upkeep.upkeep, name="upkeep"),
    path("upkeep/<str:name>/ask/", upkeep.ask_chore, name="ask_chore"),
    path("upkeep/worker/", long_works.worker, name="worker"),
    path("works/<str:kind>/<int:pk>/", long_works.long_work, name="long_work"),
    path("works/<str:kind>/<int:pk>/stop/", long_works.stop_long_work, name="stop_long_work"),
    path("cases/batch/<str:kind>/", batches.batch, name="batch"),
    path("cases/<int:pk>/steps/<str:name>/", steps.step, name="step"),
    path("cases/<int:pk>/steps/<str:name>/print/", steps.printed_step, name="printed_step"),
    path("cases/<int:pk>/withdraw/", steps.withdraw, name="withdraw"),
    path("cases/<int:pk>/attach/", files.attach, name="attach"),
    path("attachments/<int:pk>/", files.attachment, name="attachment"),
    path("attachments/<int:pk>/pdf/", files.attachment_pdf, name="attachment-pdf"),
    path("attachments/<int:pk>/remove/", files.detach, name="detach"),
    path("attachments/<int:pk>/replace/", files.replace, name="replace_file"),
    *(url for spec in all_kinds() for url in kinds.urls_of(spec)),
]

"""Addresses of the papers."""

from django.urls import path

from documents.views import ledgers

urlpatterns = [
    path("documents/", ledgers.documents, name="documents"),
    path("documents/ledgers/<str:name>/", ledgers.ledger, name="ledger"),
    path("documents/ledgers/<str:name>/template/", ledgers.ledger_template, name="ledger_template"),
    path("documents/ledgers/<str:name>/export/", ledgers.export_ledger, name="export_ledger"),
    path("documents/exports/<int:pk>/", ledgers.export, name="export"),
    path("documents/exports/<int:pk>/stop/", ledgers.stop_export, name="stop_export"),
    path("documents/exports/<int:pk>/file/", ledgers.export_file, name="export_file"),
]

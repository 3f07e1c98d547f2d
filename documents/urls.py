"""Addresses of the papers."""

from django.urls import path

from documents.views import exports

urlpatterns = [
    path("documents/", exports.documents, name="documents"),
    path("documents/ledgers/rectification/", exports.former_ledger, name="former_ledger"),
    path("documents/ledgers/rectification/template/", exports.former_template, name="former_template"),
    path("documents/exports/new/", exports.ask_export, name="ask_export"),
    path("documents/exports/<int:pk>/file/", exports.export_file, name="export_file"),
]

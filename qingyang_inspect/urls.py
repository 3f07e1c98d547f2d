"""Root urls: every app's own, and the admin."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("casework.urls")),
    path("", include("organizations.urls")),
    path("", include("inspections.urls")),
    path("", include("rectification.urls")),
    path("", include("documents.urls")),
    path("", include("results.urls")),
    path("", include("dashboards.urls")),
    path("admin/", admin.site.urls),
]
handler400 = "ui.errors.bad_request"
handler403 = "ui.errors.forbidden"
handler404 = "ui.errors.not_found"
handler500 = "ui.errors.server_error"

"""Pages of figures."""

urlpatterns: list[object] = []

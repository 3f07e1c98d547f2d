"""The entry for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingyang_inspect.settings")
application = get_wsgi_application()

from casework.workflow.inside import refuse_missing  # noqa: E402  # once the apps are there; gunicorn runs no system checks

refuse_missing()

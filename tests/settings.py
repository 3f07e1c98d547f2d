"""The product's settings, in the tests' key.

A throw-away secret, plain static files, cheap hashes, and the flush that lifts the trail's triggers.
"""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "tests-only-" + "x" * 50)
os.environ.setdefault("TRAIL_KEY", "tests-only-" + "y" * 50)
os.environ.setdefault("SECURE_TLS", "0")
os.environ.setdefault("SQLITE_WAITS_FOR_THE_DISK", "0")

from qingyang_inspect.settings import *  # noqa: F403
from qingyang_inspect.settings import DATABASES, INSTALLED_APPS, STORAGES, TEMPLATES

INSTALLED_APPS = [*INSTALLED_APPS, "tests.flush"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATIC_ROOT = tempfile.mkdtemp(prefix="qy-static-")  # WhiteNoise warns of a folder that is not there
MEDIA_ROOT = tempfile.mkdtemp(prefix="qy-tests-")
OTP_FOR_ADMINISTRATORS = False
AXES_ENABLED = False
SOFFICE = ""  # a worker converts nothing on the way: who tests it says so
SET = {}  # what the tests set is no change of an office
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["*"]


class Undefined(str):
    """Fails a test when a template asks for what is not in its context."""

    __slots__ = ()

    def __contains__(self, key: object) -> bool:
        return key == "%s"

    def __mod__(self, name: object) -> str:
        raise AssertionError(f"undefined template variable: {name}")


TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Undefined("undefined %s")
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # a real file, so that threads share it as they do in service
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(tempfile.mkdtemp(prefix="qy-db-"), "test.sqlite3")}

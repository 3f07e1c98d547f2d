"""The product's settings as in service, with the bare view beside its addresses."""

from qingyang_inspect.settings import *  # noqa: F403

DEBUG = False
ROOT_URLCONF = "qingyang_inspect.benchmark.bare"
ALLOWED_HOSTS = ["*"]

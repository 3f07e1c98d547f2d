"""Settings, all from the environment and safe by default (docs/deploy.md lists them)."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import django_stubs_ext

from qingyang_inspect.environment import SAID, databases, env, number, one_of, refuse, secrets_in, several, switch

django_stubs_ext.monkeypatch()  # Paginator[Any] and the like, while it runs
BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"

DEBUG = switch("DEBUG", default=False)
SHORTEST_KEY, SHORTEST_TRAIL_KEY = 50, 32  # characters
SECRET_KEY = env.str("SECRET_KEY", default="only-for-development-never-in-use" if DEBUG else "")
if not DEBUG and len(SECRET_KEY) < SHORTEST_KEY:
    found = f"SECRET_KEY 只有 {len(SECRET_KEY)} 位，会被猜中" if SECRET_KEY else "没有设置 SECRET_KEY"
    refuse(f"{found}。请在环境变量中设置一串 50 位以上的随机字符；只在本机试用的，运行 make run 会自动生成。")
# The keys of the trail's chain (decision 0023): the first signs, the others only verify what was signed before.
TRAIL_KEYS = secrets_in("TRAIL_KEY") or ([f"of the trail, {SECRET_KEY}"] if DEBUG else [])
if not TRAIL_KEYS or (not DEBUG and any(len(key) < SHORTEST_TRAIL_KEY for key in TRAIL_KEYS)):
    found = f"TRAIL_KEY 里有不足 {SHORTEST_TRAIL_KEY} 位的密钥" if TRAIL_KEYS else "没有设置 TRAIL_KEY"
    refuse(f"{found}，经过的链值要用它来算。请在环境变量中设置，办法见 docs/deploy.md；make run 会自动生成。")
TRAIL_ALGORITHM = one_of("TRAIL_ALGORITHM", ("sha256", "sm3"))
if TRAIL_ALGORITHM not in hashlib.algorithms_available:
    refuse(f"环境变量 TRAIL_ALGORITHM 是 {TRAIL_ALGORITHM}，本机的 OpenSSL 没有这种算法。请改回 sha256。")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "qingyang_inspect.apps.ProjectConfig",
    "dashboards",
    "documents",
    "results",
    "rectification",
    "clues",
    "inspections",
    "casework",
    "organizations",
    "ui",
    "organizations.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
]
# What runs inside the transaction of every step, in this order (casework/workflow/inside.py); the order of apps says
# nothing. A case can be found before others are opened from it, and the seals, whose rows are locked, drop last.
INSIDE_EVERY_STEP = (
    "search_words", "open_rectifications", "sign_feedback", "carry_corrections", "settle_aspect", "check_paper",
    "drop_seals",
)  # fmt: skip
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ui.sending.told_to_script",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "organizations.middleware.AccessLogMiddleware",
    "organizations.middleware.IdleSignOutMiddleware",
    "organizations.middleware.ActorMiddleware",
    "organizations.middleware.FirstPasswordMiddleware",
    "organizations.middleware.SecondFactorMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "qingyang_inspect.urls"
WSGI_APPLICATION = "qingyang_inspect.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ui.navigation.frame",
            ],
            "builtins": ["django.templatetags.static", "ui.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "ui.form_renderer.Renderer"
FILTERS_EMPTY_CHOICE_LABEL = "全部"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# ---- database: the embedded one by default, PostgreSQL by DATABASE_URL; a second alias reads one snapshot and
# refuses to write
VAR.mkdir(mode=0o700, exist_ok=True)
DATABASES = databases(embedded=f"sqlite:///{VAR / 'db.sqlite3'}")
DATABASE_ROUTERS = ["ui.readonly.ReadingRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---- who signs in (docs/domain/compliance.md 6.1; the numbers are 惯例待核, so the environment may change them)
AUTH_USER_MODEL = "organizations.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "organizations.passwords.LongEnoughValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "organizations.passwords.ThreeClassesValidator"},
    {"NAME": "organizations.passwords.NotTheUsernameValidator"},
    {"NAME": "organizations.passwords.NotRecentlyUsedValidator"},
]
PASSWORD_LENGTH = number("PASSWORD_LENGTH", 10)
PASSWORD_HISTORY = number("PASSWORD_HISTORY", 5)
PASSWORD_DAYS = number("PASSWORD_DAYS", 90)
FIRST_PASSWORD_DAYS = number("FIRST_PASSWORD_DAYS", 3, least=1)  # a first or reset one that nobody used is void then
HELP_PHONE = env.str("HELP_PHONE", default="")  # shown on the sign-in page
IDLE_MINUTES = number("IDLE_MINUTES", 30)
FORGET_DRAFTS_AT_SIGN_OUT = switch("FORGET_DRAFTS_AT_SIGN_OUT", default=False)
SESSIONS_PER_USER = number("SESSIONS_PER_USER", 2, least=1)
SESSION_HOURS = number("SESSION_HOURS", 12, least=1)  # signed in for so long at most, however busy
SECOND_FACTOR_FOR = several("SECOND_FACTOR_FOR")
if unknown := set(SECOND_FACTOR_FOR) - {"office", "heads", "leaders"}:
    refuse(f"SECOND_FACTOR_FOR 只能写 office、heads、leaders，用逗号分开，现在有 {'、'.join(sorted(unknown))}。")
OTP_FOR_ADMINISTRATORS = switch("OTP_FOR_ADMINISTRATORS", default=True)
# Who guesses waits (organizations/services/guesses.py); axes keeps the log, counts nothing and locks nobody out
LOCKOUT_FAILURES = number("LOCKOUT_FAILURES", 5, least=1)
LOCKOUT_MINUTES = number("LOCKOUT_MINUTES", 30, least=1)
GUESSES_PER_ACCOUNT = number("GUESSES_PER_ACCOUNT", 20, least=1)
GUESSES_PER_ADDRESS = number("GUESSES_PER_ADDRESS", 50, least=1)
GUESSES_IN_ALL = number("GUESSES_IN_ALL", 500, least=1)
AXES_LOCK_OUT_AT_FAILURE = False
AXES_HANDLER = "organizations.services.sign_in_log.SignInLog"
AXES_VERBOSE = AXES_ENABLE_ADMIN = False  # organizations.admin shows the logs to the audit administrator alone
AXES_ENABLE_ACCESS_FAILURE_LOG = True  # the audit administrator reads every failure, not only the counters
AXES_ACCESS_FAILURE_LOG_PER_USER_LIMIT = 1_000_000  # the log is for the auditor, not a counter
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
SESSION_ENGINE = "organizations.sessions"
SESSION_COOKIE_AGE = 60 * 60 * SESSION_HOURS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# ---- transport; SECURE_TLS=0 only on an intranet without certificates
TLS = switch("SECURE_TLS", default=not DEBUG)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = TLS
BEHIND_PROXY = switch("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
if BEHIND_PROXY:
    MIDDLEWARE.insert(0, "qingyang_inspect.proxy.real_address")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
if TLS:  # a neighbour under the same domain, or plain http, cannot set them in our stead
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
CSRF_FAILURE_VIEW = "ui.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"], "img-src": ["'self'", "data:"], "object-src": ["'none'"], "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"], "form-action": ["'self'"], "font-src": ["'self'"],
    }
}  # fmt: skip

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "locale"]  # what the libraries say, in the voice of the house

STATIC_URL = "static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(VAR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_MANIFEST_STRICT = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # half to compress, and no name that a browser may keep too long
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(VAR / "attachments"))
DAY_HEADS = env.str("DAY_HEADS", default=str(VAR / "day_heads.jsonl"))  # decision 0024
AUDIT_MAIL = several("AUDIT_MAIL")  # who gets each day's head
STAMP_AUTHORITY = env.str("STAMP_AUTHORITY", default="")  # certificate of who stamps them (RFC 3161)
OVERWRITTEN = env.str("OVERWRITTEN", default=str(VAR / "overwritten"))  # what a rebuilding has written over
ATTACHMENT_MAX_BYTES = number("ATTACHMENT_MAX_BYTES", 50 * 1024 * 1024)
# How much may come in: of one sending, of a case, of a unit on a day, of all on a day (casework/files/quotas.py).
SENDING_MOST_FILES = number("SENDING_MOST_FILES", 30, least=1)
SENDING_MOST_BYTES = number("SENDING_MOST_MB", 200, least=1) * 1024 * 1024
CASE_MOST_FILES = number("CASE_MOST_FILES", 500, least=1)
CASE_MOST_BYTES = number("CASE_MOST_MB", 2_048, least=1) * 1024 * 1024
UNIT_DAY_MOST_FILES = number("UNIT_DAY_MOST_FILES", 300, least=1)
UNIT_DAY_MOST_BYTES = number("UNIT_DAY_MOST_MB", 1_024, least=1) * 1024 * 1024
DAY_MOST_FILES = number("DAY_MOST_FILES", 5_000, least=1)
DAY_MOST_BYTES = number("DAY_MOST_MB", 20_480, least=1) * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "ui.receiving.CountedHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "ui.receiving.OnDiskHandler",
]
WITHDRAWN_FILES_KEPT_DAYS = number("WITHDRAWN_FILES_KEPT_DAYS", 180, least=1)
CLAMAV_SOCKET = env.str("CLAMAV_SOCKET", default="")  # /run/clamav/clamd.ctl, or host:port
# Reading what was sent: a child process a file, ended by the system beyond these limits.
READING_CPU_SECONDS = number("READING_CPU_SECONDS", 2, least=1)
SHEET_CPU_SECONDS = number("SHEET_CPU_SECONDS", 10, least=1)  # of a sheet to be brought in: up to 5 000 rows
SENDING_CPU_SECONDS = number("SENDING_CPU_SECONDS", 8, least=1)  # of all the files of one request
READING_MEMORY_BYTES = number("READING_MEMORY_MB", 768, least=256) * 1024 * 1024
SOFFICE = env.str("SOFFICE", default=shutil.which("soffice") or "")  # makes PDFs of docx and xlsx, to be looked at
CONVERTING_CPU_SECONDS = number("CONVERTING_CPU_SECONDS", 20, least=2)
READINGS_AT_ONCE = number("READINGS_AT_ONCE", 2, least=1)
SENDINGS_AT_ONCE = number("SENDINGS_AT_ONCE", 4, least=1)  # a part of the threads that answer; others are told to wait
SENDINGS_AT_ONCE_OF_A_PROCESS = number("SENDINGS_AT_ONCE_OF_A_PROCESS", 2, least=1)  # a part of gunicorn's --threads
READINGS_AT_ONCE_OF_A_POST = number("READINGS_AT_ONCE_OF_A_POST", 1, least=1)
# what the child process may be asked
READERS_OF_HOSTILE_BYTES = (
    "casework.files.as_pdf",
    "casework.files.reader",
    "casework.files.traits",
    "inspections.law_texts.reader",
    "ui.hostile.opening",
)
TAKE_UNREAD_FILES = switch("TAKE_UNREAD_FILES", default=False)  # True: taken, with 未能检查 noted; False: refused
CLOSURE_NUMBER = env.str("CLOSURE_NUMBER", default="庆法治办督〔{year}〕{n}号")  # 代字由用户单位定
PUBLICITY_CONTACT = env.str("PUBLICITY_CONTACT", default="")  # who takes objections while a closure is public
UNITS_READ_ALONG = switch("UNITS_READ_ALONG", default=False)  # the office's verdicts before its decision
FILES_SENT_BY_NGINX = env.str("FILES_SENT_BY_NGINX", default="")  # an `internal` location over MEDIA_ROOT: /sent-files/
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
SENDS_MAIL = bool(env.str("EMAIL_URL", default=""))
EMAIL_TIMEOUT = 20  # seconds: a server that hangs holds the worker up no longer
SITE_ADDRESS = env.str("SITE_ADDRESS", default=next(iter(CSRF_TRUSTED_ORIGINS), ""))  # before the links of a mail

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
# 取用日志: kept at least a year; also as lines of JSON for a collector, where a file is named
ACCESS_LOG_MONTHS = number("ACCESS_LOG_MONTHS", 12, least=12)
ACCESS_LOG_FILE = env.str("ACCESS_LOG_FILE", default="")
COLLECTED = {"collector": {"class": "qingyang_inspect.collector.PrivateFile", "filename": ACCESS_LOG_FILE}}
LOGGING["handlers"] |= COLLECTED if ACCESS_LOG_FILE else {}
LOGGING["loggers"] = {
    "qingyang.access": {
        "handlers": ["collector"] if ACCESS_LOG_FILE else [],
        "level": "INFO",
        "propagate": False,
    }
}
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
SET = dict(SAID)  # what the office can set on the server: the night tells its changes to the log (services/set_up.py)

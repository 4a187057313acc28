"""Settings and addresses of a Django site that is HyperKitty alone: no Mailman beside it, SQLite, no search engine.

Django imports this module as `archive_site`, in the environment of `install.sh`. HYPERKITTY_FOLDER is where its data lie.
"""

import os
from pathlib import Path

FOLDER = Path(os.environ["HYPERKITTY_FOLDER"])
SECRET_KEY = "on-loopback-only"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "archive_addresses"
SITE_ID = 1
USE_TZ = True
TIME_ZONE = "UTC"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "hk_root"
LOGOUT_URL = "account_logout"
INSTALLED_APPS = [
    "hyperkitty", "django_mailman3", "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
    "django.contrib.sites", "django.contrib.messages", "django.contrib.staticfiles", "django.contrib.humanize", "rest_framework", "django_gravatar",
    "compressor", "haystack", "django_extensions", "django_q", "allauth", "allauth.account", "allauth.socialaccount",
]  # fmt: skip
#: tables as the models have them now, without the years in between
MIGRATION_MODULES = {name.rpartition(".")[2]: None for name in INSTALLED_APPS}
MIDDLEWARE = [
    "django.middleware.http.ConditionalGetMiddleware",  # answers 304 where nothing changed
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
_CONTEXT = ["django.template.context_processors." + name for name in ("i18n", "static", "tz", "request", "csrf")] + [
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "django_mailman3.context_processors.common",
    "hyperkitty.context_processors.common",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": _CONTEXT},
    }
]
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": FOLDER / "archive.db", "OPTIONS": {"timeout": 30}}
}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
STATIC_URL = "/static/"
STATIC_ROOT = FOLDER / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "compressor.finders.CompressorFinder",
]
COMPRESS_ENABLED = False
COMPRESS_PRECOMPILERS = ()
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
Q_CLUSTER = {"orm": "default", "sync": True, "timeout": 30, "retry": 60}  # what a worker would do is done at once
REST_FRAMEWORK = {"PAGE_SIZE": 10}
FILTER_VHOST = False
MAILMAN_REST_API_URL = "http://127.0.0.1:9"  # nobody listens there
MAILMAN_REST_API_USER = MAILMAN_REST_API_PASS = "nobody"
MAILMAN_ARCHIVER_KEY = "on-loopback-only"
MAILMAN_ARCHIVER_FROM = ("127.0.0.1",)

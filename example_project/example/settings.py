"""Settings of the example project: DynamoDB for data, sessions and cache; SQLite for users and the log of the admin."""

import os
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

# This project is made to be looked at on your own machine.
DEBUG = True
SECRET_KEY = "example-project-not-for-production"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]

DYNAMODB = {
    "default": {
        "REGION": os.environ.get("AWS_REGION", "eu-west-1"),
        # `manage.py dynamo_local …` points this at the engine on your machine; leave it out and it is Amazon's.
        "ENDPOINT_URL": os.environ.get("ENDPOINT_URL"),
        "TABLE_PREFIX": "example-",
    },
}

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_dynamodb",
    "django_dynamodb.contrib.drf",
    "example",
    "forum",
    "gazetteer",
    "health_check",
    "rest_framework",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

# The admin needs users, permissions and a log, which are Django's own models, in SQL; `demo` makes the file.
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("EXAMPLE_SQLITE", BASE_DIR / "db.sqlite3"),
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SESSION_ENGINE = "django_dynamodb.sessions"
CACHES = {"default": {"BACKEND": "django_dynamodb.cache.DynamoDBCache", "LOCATION": "cache"}}

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    # The browser's login alone, as the superuser of `demo` has it.
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

ROOT_URLCONF = "example.urls"
WSGI_APPLICATION = "example.wsgi.application"
STATIC_URL = "static/"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

TESTING = "pytest" in sys.modules
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # slow ones have a purpose, but not here

# The toolbar shows the calls of each page, folded up at the right edge; its own docs leave it out of test runs.
if DEBUG and not TESTING:
    INSTALLED_APPS += ["debug_toolbar"]
    MIDDLEWARE.insert(1, "debug_toolbar.middleware.DebugToolbarMiddleware")
    INTERNAL_IPS = ["127.0.0.1"]
    DEBUG_TOOLBAR_CONFIG = {"SHOW_COLLAPSED": True}
    DEBUG_TOOLBAR_PANELS = [
        "django_dynamodb.contrib.debug_toolbar.DynamoDBPanel",
        "debug_toolbar.panels.timer.TimerPanel",
        "debug_toolbar.panels.sql.SQLPanel",
        "debug_toolbar.panels.cache.CachePanel",
        "debug_toolbar.panels.templates.TemplatesPanel",
    ]

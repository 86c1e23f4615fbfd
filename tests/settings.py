"""Sets Django up for the test suite: one SQL database in memory, one DynamoDB alias, a small app."""

import os

SECRET_KEY = "only-for-tests"
USE_TZ = True
ROOT_URLCONF = "tests.urls"
STATIC_URL = "static/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.admin",
    "django_dynamodb",
    "tests.testapp",
    "tests.docsapp",
]

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# "none" runs the suite in a project without any SQL database
if os.environ.get("TEST_DATABASES") == "none":
    SILENCED_SYSTEM_CHECKS = ["django_dynamodb.E067"]  # the suite has admins, which no test opens there
    DATABASES = {}
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# without DYNAMODB_TEST_ENDPOINT the suite runs on moto, inside the process
DYNAMODB = {
    "default": {
        "REGION": "eu-west-1",
        "ENDPOINT_URL": os.environ.get("DYNAMODB_TEST_ENDPOINT") or None,
        "ACCESS_KEY_ID": "testing",
        "SECRET_ACCESS_KEY": "testing",
        "TABLE_PREFIX": "test-",
        "TEST": {"TABLE_PREFIX": "test-"},
    },
}

"""Sets Django up for its own tests: their apps, and sessions in DynamoDB."""

import sys

from tests.contract.sources import django_tests

sys.path.append(str(django_tests()))

from tests.settings import *  # noqa: F403

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django_dynamodb",
    "cache",
    "sessions_tests",
]
MIDDLEWARE = []
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
SESSION_ENGINE = "django_dynamodb.sessions"
CACHES = {"default": {"BACKEND": "django_dynamodb.cache.DynamoDBCache", "LOCATION": "contract_cache"}}

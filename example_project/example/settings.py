"""Settings of the example project: DynamoDB for the data, no SQL database at all."""

import os
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
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_dynamodb",
    "example",
    "forum",
    "gazetteer",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

# Sessions and messages live in signed cookies, so nothing here asks for a SQL database.
DATABASES = {}
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
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

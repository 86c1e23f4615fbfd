"""Holds that Django's own commands do their work, and leave DynamoDB alone, while DynamoDB cannot be reached."""

import json
import os
import socket
import subprocess
import sys
import textwrap

import pytest

PROJECT = {
    "manage.py": """
        import os, sys
        from django.core.management import execute_from_command_line
        os.environ["DJANGO_SETTINGS_MODULE"] = "project.settings"
        execute_from_command_line(sys.argv)
    """,
    "project/__init__.py": "",
    "project/urls.py": """
        from django.contrib import admin
        from django.urls import path
        urlpatterns = [path("admin/", admin.site.urls)]
    """,
    "project/settings.py": """
        import os
        from pathlib import Path
        BASE_DIR = Path(__file__).parents[1]
        SECRET_KEY = "x"
        ROOT_URLCONF = "project.urls"
        INSTALLED_APPS = [
            "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.messages",
            "django.contrib.staticfiles", "django_dynamodb", "forum", "ledger",
        ]
        MIDDLEWARE = [
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ]
        TEMPLATES = [{
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]},
        }]
        DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}
        DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
        STATIC_URL, STATIC_ROOT = "static/", BASE_DIR / "collected"
        SESSION_ENGINE = "django_dynamodb.sessions"
        CACHES = {"default": {"BACKEND": "django_dynamodb.cache.DynamoDBCache", "LOCATION": "cache"}}
        DYNAMODB = {"default": {
            "REGION": "eu-west-1", "ENDPOINT_URL": os.environ["CLOSED"],
            "ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "x",
        }}
    """,
    # without a package of migrations
    "forum/__init__.py": "",
    "forum/models.py": """
        from django_dynamodb import models

        class Thread(models.Model):
            forum = models.CharField(max_length=80)
            subject = models.CharField(max_length=80)

            class Table:
                partition_key = "forum"
                sort_key = "subject"
    """,
    "forum/admin.py": """
        from django.contrib import admin
        from django_dynamodb.admin import DynamoModelAdmin
        from forum.models import Thread
        admin.site.register(Thread, DynamoModelAdmin)
    """,
    # with one, beside a model in SQL
    "ledger/__init__.py": "",
    "ledger/migrations/__init__.py": "",
    "ledger/models.py": """
        from django.db import models as sql
        from django_dynamodb import models

        class Entry(models.Model):
            id = models.AutoIncrementField(primary_key=True)

        class Book(sql.Model):
            name = sql.CharField(max_length=10)
    """,
}

COUNT = """
import json
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from ledger.models import Book
print(json.dumps({
    "types": sorted(ContentType.objects.values_list("model", flat=True)),
    "permissions": sorted(Permission.objects.values_list("codename", flat=True)),
    "books": Book.objects.count(),
}))
"""


@pytest.fixture(scope="module")
def manage(tmp_path_factory):
    """A function that runs a command of a project whose DynamoDB is a port where nobody listens."""
    folder = tmp_path_factory.mktemp("offline")
    for name, content in PROJECT.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(textwrap.dedent(content))
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # taken, so that nobody else gets it, and not listened at
        drop = ("AWS_", "DJANGO_SETTINGS_MODULE", "DYNAMODB_")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(drop)}
        environment["CLOSED"] = f"http://127.0.0.1:{closed.getsockname()[1]}"

        def manage(*arguments, fails=False):
            done = subprocess.run(
                [sys.executable, "-W", "error", "manage.py", *arguments],
                cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert bool(done.returncode) == fails, done.stdout + done.stderr
            return done.stderr if fails else done.stdout

        manage("makemigrations", "ledger")
        manage("migrate")
        yield manage


@pytest.fixture
def counted(manage):
    """A function that tells what SQL holds."""
    return lambda: json.loads(manage("shell", "-v0", "-c", COUNT))


def test_the_port_is_closed(manage):
    """Who does reach for DynamoDB fails, so the commands of the other tests do not."""
    call = "from forum.models import Thread; Thread.objects.get('a', 'b')"
    assert "ConnectionFailedError" in manage("shell", "-v0", "-c", call, fails=True)


def test_check(manage):
    """System checks, those of a deployment among them, pass."""
    assert "no issues" in manage("check")
    manage("check", "--deploy", "--tag", "dynamodb")


def test_makemigrations(manage):
    """There is nothing to do, and the migration that was made has the model in SQL alone."""
    assert "No changes detected" in manage("makemigrations", "--check", "--dry-run")
    written = manage("sqlmigrate", "ledger", "0001")
    assert "ledger_book" in written
    assert "entry" not in written.lower()


def test_migrate(manage, counted):
    """A fresh project has the four permissions of each model, whether its app has migrations or not."""
    assert "No migrations to apply" in manage("migrate")
    wanted = {f"{verb}_{name}" for verb in ("add", "change", "delete", "view") for name in ("thread", "entry", "book")}
    assert wanted <= set(counted()["permissions"])


def test_remove_stale_contenttypes(manage, counted):
    """The types of DynamoDB models are not stale."""
    before = counted()
    assert manage("remove_stale_contenttypes", "--noinput", "--include-stale-apps") == ""
    assert counted() == before
    assert {"thread", "entry"} <= set(before["types"])


def test_flush(manage, counted):
    """SQL is emptied, and types and permissions are there again."""
    manage("shell", "-v0", "-c", "from ledger.models import Book; Book.objects.create(name='x')")
    before = counted()
    manage("flush", "--noinput")
    assert counted() == {**before, "books": 0}
    assert before["books"]


def test_collectstatic(manage):
    """The files of this package are collected with the others."""
    assert "static files copied" in manage("collectstatic", "--noinput", "--clear")


def test_clearsessions(manage):
    """There is nothing to clear, which is said without a call."""
    assert "Nothing to clear" in manage("clearsessions")

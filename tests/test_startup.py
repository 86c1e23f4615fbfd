"""Holds what starting up costs: the client libraries are imported on first use, not before."""

import os
import subprocess
import sys

HEAVY = ("boto3", "botocore", "greenlet", "moto", "urllib3")


def imported_by(code, **environment):
    """Runs code in a fresh interpreter and returns the top-level packages it imported."""
    report = "; import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", code + report],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_importing_the_package_imports_nothing_else():
    """``import django_dynamodb`` loads neither Django, nor a client library, nor greenlet."""
    assert not imported_by("import django_dynamodb") & {"django", *HEAVY}


def test_django_starts_without_a_client_library():
    """``django.setup()`` with the app and its models loads no client library."""
    names = imported_by("import django; django.setup()", DJANGO_SETTINGS_MODULE="tests.settings")
    assert "django_dynamodb" in names
    assert not names & set(HEAVY)


def test_the_plugin_costs_other_projects_nothing():
    """Pytest loads the plugin in every project of an environment, so it loads neither Django nor a client library."""
    assert not imported_by("import django_dynamodb.testing.plugin") & {"django", *HEAVY}


APP = {
    "__init__.py": "",
    "models.py": """
from django_dynamodb import models
class Post(models.Model):
    slug = models.CharField(max_length=9, primary_key=True)
    class Table:
        item_version = "v"
""",
    "item_migrations.py": """
from blog.models import Post
from django_dynamodb import models
@models.migration(Post, 2)
def rename(item):
    item["slug"]
""",
}
"""An app with migrations of items."""

START = """
import django
from django.conf import settings
settings.configure(INSTALLED_APPS=["django_dynamodb", "blog"], DYNAMODB={"default": {}}, USE_TZ=True)
django.setup()
from blog.models import Post
assert Post._meta.item_migrations.versions == (1, 2)
"""


def test_migrations_of_items_are_found(tmp_path):
    """The module ``item_migrations`` of each app is imported at the start, and brings no client library."""
    (tmp_path / "blog").mkdir()
    for name, text in APP.items():
        (tmp_path / "blog" / name).write_text(text)
    assert not imported_by(START.strip(), PYTHONPATH=str(tmp_path)) & set(HEAVY)

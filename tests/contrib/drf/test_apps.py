"""Tests that the classes can be named in settings, and that the app is what lets stock serializers know the fields."""

import subprocess
import sys

import pytest

START = """
import sys
import django
from django.conf import settings
drf = "django_dynamodb.contrib.drf."
settings.configure(
    SECRET_KEY="x",
    DYNAMODB={"default": {"REGION": "eu-west-1"}},
    INSTALLED_APPS=[
        "django.contrib.contenttypes", "django.contrib.auth", "rest_framework", "django_dynamodb", *sys.argv[1:]
    ],
    REST_FRAMEWORK={
        "DEFAULT_PAGINATION_CLASS": drf + "pagination.DynamoCursorPagination",
        "DEFAULT_FILTER_BACKENDS": [drf + "filters.KeyFilterBackend", drf + "filters.KeySearchFilter"],
        "EXCEPTION_HANDLER": drf + "exceptions.exception_handler",
        "PAGE_SIZE": 7,
    },
)
django.setup()
from rest_framework import generics, serializers
from django_dynamodb import models
class Thing(models.Model):
    code = models.CharField(primary_key=True, max_length=9)
    tags = models.StringSetField()
    class Meta:
        app_label = "auth"
    class Table:
        name = "things"
class ThingSerializer(serializers.ModelSerializer):
    class Meta:
        model = Thing
        fields = "__all__"
view = generics.ListAPIView()
print(type(view.paginator).__name__, view.paginator.page_size, len(view.filter_backends))
print(view.get_exception_handler().__module__)
print(type(ThingSerializer().fields["tags"]).__name__)
"""


@pytest.mark.parametrize(("apps", "field"), [([], "ModelField"), (["django_dynamodb.contrib.drf"], "StringSetField")])
def test_settings_and_app(apps, field):
    """Settings can name the classes, which are imported while Django REST framework is; the app registers fields."""
    done = subprocess.run([sys.executable, "-c", START, *apps], capture_output=True, text=True, check=False)
    handler = "django_dynamodb.contrib.drf.exceptions"
    assert done.stdout.split() == ["DynamoCursorPagination", "7", "2", handler, field], done.stderr

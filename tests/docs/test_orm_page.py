"""Holds that the page for people who know the ORM leaves out no method of Django's query sets."""

from pathlib import Path

import pytest
from django.db.models import QuerySet

from django_dynamodb.models.refused import REFUSED

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "orm.md"
TEXT = PAGE.read_text()
NAMES = sorted(
    name
    for name in vars(QuerySet)
    if not name.startswith("_") and callable(getattr(QuerySet, name)) and f"a{name}" != name and name not in REFUSED
)
PLUMBING = {"as_manager", "aiterator", "resolve_expression"}


@pytest.mark.parametrize("name", [name for name in NAMES if name not in PLUMBING])
def test_every_method_is_on_the_page(name):
    """A method, or the one it is the asynchronous twin of, is named; a refused one is in the generated table."""
    plain = name[1:] if name.startswith("a") and name[1:] in NAMES else name
    assert f"`{plain}(" in TEXT or f").{plain}(" in TEXT


def test_refused_methods_are_generated():
    """The table of refused methods is put in when the page is built, from the list that refuses them."""
    assert "<!-- the refused methods -->" in TEXT

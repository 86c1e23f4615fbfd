"""Tests of the gazetteer's API: what its keys and indexes serve, page by page."""

import pytest
from django.core.management import call_command

from django_dynamodb.testing.assertions import assertDynamoDB

pytestmark = pytest.mark.dynamodb


@pytest.fixture(autouse=True)
def _cities():
    call_command("load_cities", count=300, verbosity=0)


def names(answer):
    """The names of a list, in their order."""
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()["results"]]


def test_by_continent(client):
    """An index lists the countries of a continent by name."""
    with assertDynamoDB(queries=1, calls=1):
        found = names(client.get("/api/countries/?continent=South America"))
    assert found == sorted(found)
    assert "Brazil" in found


def test_cities(client):
    """Cities are found by the beginning of a name, and by their rank."""
    assert names(client.get("/api/cities/?country=BR&place__startswith=sao-pau")) == ["São Paulo"]
    assert names(client.get("/api/cities/?country=JP&rank=1")) == ["Tokyo"]
    assert client.get("/api/cities/?population=1").status_code == 400


def test_pages(client):
    """Page after page shows each city once; nobody writes."""
    found, url = [], "/api/cities/?country=CN"
    while url:
        answer = client.get(url)
        page = answer.json()
        found += [row["pk"] for row in page["results"]]
        url = page["next"]
    assert len(found) == len(set(found)) > 50
    assert client.post("/api/cities/", {}).status_code in {403, 405}

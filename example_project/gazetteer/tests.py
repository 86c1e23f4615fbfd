"""Tests of the gazetteer's pages and of loading it."""

import pytest
from django.core.management import call_command

from django_dynamodb.testing.assertions import assertDynamoDB
from gazetteer.models import City, Country, fold
from gazetteer.source import Source

pytestmark = pytest.mark.dynamodb

COUNT = 80


@pytest.fixture
def loaded():
    """The largest cities of the world."""
    call_command("load_cities", count=COUNT, verbosity=0)


def names(answer):
    return [city.name for city in answer.context["page"]]


@pytest.mark.parametrize(
    ("name", "folded"),
    [("São Paulo", "sao-paulo"), ("Łódź", "lodz"), ("St. John's", "st-johns"), ("Gießen", "giessen"), ("東京", "")],
)
def test_fold(name, folded):
    """Names are searched for without case, accents and punctuation."""
    assert fold(name) == folded


def test_every_city_has_a_folded_name_and_a_key_of_its_own():
    """No two of the 30,000 cities share a key, and none begins with nothing."""
    keys = [(city.country_id, city.place) for city in Source().cities()]
    assert len(set(keys)) == len(keys)
    assert all(place[0].isalnum() for _, place in keys)


def test_load_tells_what_it_did(capsys):
    """The number and the rate go to stdout, the bar to stderr; a second run has nothing to do."""
    call_command("load_cities", count=COUNT)
    call_command("load_cities", count=COUNT)
    output = capsys.readouterr()
    first, second = output.out.splitlines()
    assert first.startswith(f"{COUNT} cities in ")
    assert first.endswith(" items per second.")
    assert second == f"{COUNT} cities are there already."
    assert f"{COUNT}/{COUNT}" in output.err


def test_load_more(loaded):
    """More cities can be loaded later, and the counts follow."""
    call_command("load_cities", count=COUNT + 50, verbosity=0)
    assert sum(country.loaded for country in Country.objects.all()) == City.objects.count() == COUNT + 50


def test_countries(client, loaded):
    """The list says how many of how many cities are loaded."""
    answer = client.get("/cities/")
    assert b"80 of 34," in answer.content
    assert b"load_cities --all" in answer.content


def test_list_of_countries_is_cached(client, loaded):
    """The table is read once; then one GetItem brings the list, until more cities are loaded."""
    with assertDynamoDB(scans=1, gets=1, puts=1, calls=3):
        first = client.get("/cities/").content
    with assertDynamoDB(gets=1, calls=1):
        assert client.get("/cities/").content == first
    call_command("load_cities", count=COUNT + 1, verbosity=0)
    assert b"81 of 34," in client.get("/cities/").content


def test_countries_without_cities(client):
    """Before the load the list names the command."""
    assert b"No cities are loaded yet." in client.get("/cities/").content


def test_by_size(client, loaded):
    """The largest city comes first."""
    cities = client.get("/cities/country/CN/").context["page"].items
    assert [city.rank for city in cities] == [*range(1, len(cities) + 1)]
    assert cities[0].name == "Shanghai"


def test_by_name(client, loaded):
    """The second order is that of the names."""
    answer = client.get("/cities/country/IN/?order=name")
    assert names(answer) == sorted(names(answer), key=fold)


@pytest.mark.parametrize("order", ["", "order=name&"])
def test_pages(client, monkeypatch, loaded, order):
    """The links lead through all cities of a country in either order."""
    monkeypatch.setattr("gazetteer.views.PAGE_SIZE", 4)
    seen, cursor = [], ""
    while cursor is not None:
        answer = client.get(f"/cities/country/CN/?{order}page={cursor}")
        seen += names(answer)
        cursor = answer.context["page"].next
    assert sorted(seen) == sorted(City.objects.query("CN").values_list("name", flat=True))


def test_search(client, loaded):
    """Cities are found by how their name begins, in any case and without accents."""
    found = client.get("/cities/country/BR/?q=SAO ").context["found"]
    assert [city.name for city in found] == ["São Paulo"]


def test_search_with_more_than_a_page(client, monkeypatch, loaded):
    """When there is more than a page, the page says so."""
    monkeypatch.setattr("gazetteer.views.PAGE_SIZE", 2)
    answer = client.get("/cities/country/CN/?q=s")
    assert len(answer.context["found"]) == 2
    assert b"type more letters" in answer.content


@pytest.mark.parametrize("text", ["zzz", "東", "~", "%00"])
def test_search_for_nothing_there(client, loaded, text):
    """A search may find nothing."""
    assert b"No cities here." in client.get(f"/cities/country/CN/?q={text}").content


def test_city(client, loaded):
    """A city is found by its packed key and tells its facts."""
    [tokyo] = City.objects.query("JP", place__startswith="tokyo,")
    answer = client.get(tokyo.get_absolute_url())
    assert tokyo.pk == "JP~tokyo,1850147"
    assert b"Asia/Tokyo" in answer.content
    assert "東京" in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    ["country/XX/", "city/XX/", "city/JP~none/", "country/JP/?page=x", "country/JP/?page=2", "country/JP/?page=a.b"],
)
def test_not_found(client, loaded, path):
    """What is not there, and what can be no edge of a page, is not found."""
    assert client.get(f"/cities/{path}").status_code == 404

"""Tests of the gazetteer in the admin."""

import pytest
from django.contrib.admin.utils import quote
from django.core.management import call_command

from django_dynamodb.testing.assertions import assertDynamoDB
from gazetteer.models import City, Country

pytestmark = [pytest.mark.dynamodb, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _loaded():
    call_command("load_cities", count=80, verbosity=0)


def listed(client, path):
    """What the rows of a list are called."""
    return [str(row) for row in client.get(f"/admin/gazetteer/{path}").context["cl"].result_list]


def test_cities(admin_client):
    """The list of all cities opens with one page read; a country and the beginning of a name find some."""
    admin_client.get("/admin/")
    with assertDynamoDB(scans=1, gets=1, batch_gets=1, calls=3):  # of cities, of the session, of their countries
        assert len(listed(admin_client, "city/")) == 20
    assert listed(admin_client, "city/?q=BR sao") == ["São Paulo"]


def test_countries_of_a_continent(admin_client):
    """The filter has the order of its index."""
    found = listed(admin_client, "country/?continent__exact=Oceania")
    assert found == sorted(found)
    assert "Australia" in found


def test_country_of_a_city(admin_client):
    """A new city takes its country by key, with a window to find it; the key of a stored one is fixed."""
    page = admin_client.get("/admin/gazetteer/city/add/").content.decode()
    assert 'href="/admin/gazetteer/country/?_to_field=code" class="related-lookup"' in page
    city = City.objects.query("JP", place__startswith="tokyo,").get()
    form = admin_client.get(f"/admin/gazetteer/city/{quote(city.pk)}/change/").context["adminform"].form
    assert not {"country", "place"} & form.fields.keys()


def test_an_edited_country_is_seen_at_once(client, admin_client):
    """The cached list is forgotten when a country is edited or deleted."""
    url = "/admin/gazetteer/country/JP/change/"
    assert "Japan" in client.get("/cities/").content.decode()
    form = admin_client.get(url).context["adminform"].form
    data = {bound.html_name: bound.value() for bound in form}
    assert admin_client.post(url, data | {"name": "Nippon"}).status_code == 302
    assert "Nippon" in client.get("/cities/").content.decode()
    admin_client.post("/admin/gazetteer/country/JP/delete/", {"post": "yes"})
    assert "Nippon" not in client.get("/cities/").content.decode()
    chosen = {"action": "delete_selected", "_selected_action": ["BR"], "post": "yes"}
    admin_client.post("/admin/gazetteer/country/", chosen)
    assert "Brazil" not in client.get("/cities/").content.decode()
    assert not Country.objects.filter(pk="BR").exists()
    assert admin_client.get("/admin/gazetteer/country/add/").status_code == 403

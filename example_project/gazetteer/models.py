"""Countries and cities, as DynamoDB keeps them."""

import unicodedata

from django.core.cache import cache
from django.core.cache.utils import make_template_fragment_key
from django.urls import reverse
from django.utils.text import slugify

from django_dynamodb import models

UNFOLDED = str.maketrans(
    {"Đ": "D", "đ": "d", "Ð": "D", "ð": "d", "ħ": "h", "ı": "i", "Ł": "L", "ł": "l", "Ø": "O", "ø": "o"}  # noqa: RUF001
    | {"Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "ß": "ss", "Ə": "A", "ə": "a"},
)
"""Letters that Unicode does not take apart into a plain letter and a mark."""


def fold(text):
    """A name as it is searched for: ``"São Paulo"`` becomes ``"sao-paulo"``. DynamoDB compares bytes, nothing else."""
    return slugify(unicodedata.normalize("NFKD", text.translate(UNFOLDED)))


class Country(models.Model):
    """One of about 250, so reading the whole table is fine; written by ``load_cities``."""

    CONTINENTS = ["Africa", "Antarctica", "Asia", "Europe", "North America", "Oceania", "South America"]

    code = models.CharField(max_length=2, primary_key=True)
    name = models.CharField(max_length=80)
    continent = models.CharField(max_length=20, choices=[(name, name) for name in CONTINENTS])
    capital = models.CharField(max_length=80, blank=True)
    population = models.BigIntegerField()
    area = models.FloatField(help_text="Square kilometres.")
    currency = models.CharField(max_length=40, blank=True)
    cities = models.IntegerField(help_text="How many cities the source has.")
    loaded = models.IntegerField(help_text="How many of them are loaded; always the largest ones.")

    class Table:
        name = "countries"
        indexes = [models.GlobalIndex("by_continent", "continent", "name")]

    class Meta:
        verbose_name_plural = "countries"

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("gazetteer:country", args=[self.pk])

    @staticmethod
    def forget_list():
        """Takes the list of all countries out of the cache, where the template of its page keeps it."""
        cache.delete(make_template_fragment_key("countries"))

    @property
    def flag(self):
        """The two letters of the code as the "regional indicator" letters that make a flag."""
        return "".join(chr(0x1F1E6 + ord(letter) - ord("A")) for letter in self.code)


class City(models.Model):
    """The cities of one country lie together, in the order of their names."""

    country = models.ForeignKey(Country, models.DO_NOTHING, db_constraint=False)
    # The folded name, so that prefixes can be searched, and the id of the source, so that no two cities share it.
    place = models.CharField(max_length=100)
    name = models.CharField(max_length=100)
    other_names = models.StringSetField(blank=True)
    population = models.IntegerField()
    rank = models.IntegerField(help_text="By population within the country, from 1.")
    latitude = models.DecimalField(max_digits=8, decimal_places=5)
    longitude = models.DecimalField(max_digits=8, decimal_places=5)
    timezone = models.CharField(max_length=40)

    class Table:
        name = "cities"
        partition_key = "country"
        sort_key = "place"
        # The same cities in a second order. A rank is unique within its country, so a page can go on after it.
        indexes = [models.LocalIndex("by_rank", "rank")]

    class Meta:
        verbose_name_plural = "cities"

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("gazetteer:city", args=[self.pk])

    @property
    def sorted_names(self):
        return sorted(self.other_names, key=str.casefold)

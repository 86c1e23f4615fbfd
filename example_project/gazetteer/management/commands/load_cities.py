"""Loads the cities of the world into DynamoDB."""

import time

from django.core.management.base import BaseCommand
from tqdm import tqdm

from gazetteer.models import City, Country
from gazetteer.source import Source

DEFAULT_COUNT = 8_000
"""The most cities that keep every page under half a second on the embedded engine.

It sorts the whole table for each query, which takes about 25 µs of processor time a city: 0.2 s for 8,000 and 0.9 s for
all 34,000, so that a machine half as fast is served too. Amazon's DynamoDB answers in a few milliseconds whatever the
size of the table.
"""


class Command(BaseCommand):
    help = "Loads the largest cities of the world, and the countries they are in."

    def add_arguments(self, parser):
        amount = parser.add_mutually_exclusive_group()
        amount.add_argument("--count", type=int, default=DEFAULT_COUNT, help="how many (default: %(default)s)")
        amount.add_argument("--all", action="store_const", const=None, dest="count", help="all of them")

    def handle(self, *, count, verbosity, **options):
        source = Source(count)
        present = sum(Country.objects.values_list("loaded", flat=True))
        if present >= len(source):
            self.stdout.write(f"{present:,} cities are there already.")
            return

        started = time.perf_counter()
        with tqdm(total=len(source), desc="Cities", unit=" cities", disable=not verbosity) as bar:  # on stderr
            # After each call of 25 the batch tells how many it has written so far; the bar asks for the difference.
            written = City.objects.batch_write(
                puts=source.cities(),
                progress=lambda so_far: bar.update(so_far - bar.n),
            )
        seconds = time.perf_counter() - started
        # Last, so that the counts are never ahead of the cities; loading again after an interruption is harmless.
        Country.objects.batch_write(puts=source.countries())
        Country.forget_list()
        self.stdout.write(f"{written:,} cities in {seconds:.1f} s, {written / seconds:,.0f} items per second.")

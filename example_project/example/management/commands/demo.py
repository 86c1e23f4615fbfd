"""Fills the tables of the example project and serves its pages."""

import os

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV


class Command(BaseCommand):
    help = "Loads cities and forum threads where there are none yet, then starts the server: dynamo_local demo"

    def add_arguments(self, parser):
        parser.add_argument("addrport", nargs="?", default="127.0.0.1:8000", help="as for runserver")
        parser.add_argument("--count", type=int, metavar="N", help="as for load_cities")
        parser.add_argument("--noreload", action="store_false", dest="use_reloader", help="as for runserver")

    def handle(self, *, addrport, count, use_reloader, **options):
        # The autoreloader runs this command once more, in the process that serves.
        if os.environ.get(DJANGO_AUTORELOAD_ENV) != "true":
            call_command("load_cities", **({"count": count} if count else {}))
            call_command("seed_forum")
        call_command("runserver", addrport, use_reloader=use_reloader)

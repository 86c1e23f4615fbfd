"""Fills the tables of the example project and serves its pages, on this machine alone."""

import os
import secrets

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV

from django_dynamodb.conf import LOCAL_ENDPOINT

NAME = "demo"


class Command(BaseCommand):
    help = "Loads cities and forum threads where there are none yet, then starts the server: dynamo_local demo"

    def add_arguments(self, parser):
        parser.add_argument("addrport", nargs="?", default="127.0.0.1:8000", help="as for runserver")
        parser.add_argument("--count", type=int, metavar="N", help="as for load_cities")
        parser.add_argument("--noreload", action="store_false", dest="use_reloader", help="as for runserver")

    def handle(self, *, addrport, count, use_reloader, **options):
        # The autoreloader runs this command once more, in the process that serves.
        if os.environ.get(DJANGO_AUTORELOAD_ENV) != "true":
            validate_local()
            call_command("migrate", verbosity=0)
            call_command("load_cities", **({"count": count} if count else {}))
            call_command("seed_forum")
            address = addrport if ":" in addrport else f"127.0.0.1:{addrport}"
            self.stdout.write(
                f"The admin is at http://{address}/admin/ for {NAME}, password {new_password()} (a new one each time)."
            )
            self.stdout.flush()  # the server's own process writes on
        call_command("runserver", addrport, use_reloader=use_reloader)


def validate_local():
    """Keeps superusers that nobody asked for off every machine but the one of whoever looks around here.

    Raises:
        CommandError: This is no development machine, or its data are elsewhere.
    """
    if not settings.DEBUG or not os.environ.get(LOCAL_ENDPOINT):
        raise CommandError("demo makes a superuser, so it runs with DEBUG and inside dynamo_local: dynamo_local demo")


def new_password():
    """Gives the superuser, made if there is none yet, a password that nobody has seen."""
    password = secrets.token_urlsafe(6)
    user, _ = get_user_model().objects.get_or_create(username=NAME, defaults={"is_staff": True, "is_superuser": True})
    user.set_password(password)
    user.save()
    return password

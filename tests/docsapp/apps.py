"""Gives the app the name the documentation uses."""

from django.apps import AppConfig


class DocsConfig(AppConfig):
    """``forum``, as in the tutorial."""

    name = "tests.docsapp"
    label = "forum"

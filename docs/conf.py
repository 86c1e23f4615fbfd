"""Tells Sphinx how the documentation is built."""

import django
from django.conf import settings
from sphinx.application import Sphinx

from django_dynamodb import __version__

settings.configure(INSTALLED_APPS=["django_dynamodb"])
django.setup()

project = "django-dynamodb"
author = "the django-dynamodb contributors"
project_copyright = author
version = release = __version__

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
nitpicky = True

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"django-dynamodb {__version__}"
html_copy_source = False
html_show_sphinx = False

REFUSED_HERE = "<!-- the refused methods -->"
"""What stands in a page where the table of refused methods belongs."""


def refused_table() -> str:
    """Writes the query set methods that raise, as the code has them, as a Markdown table."""
    from django_dynamodb.models.refused import REFUSED  # noqa: PLC0415 - models can be imported from here on

    rows = [f"| `{name}` | {advice} |" for name, advice in REFUSED.items() if not name.startswith("_")]
    return "\n".join(["| method | what to do instead |", "| --- | --- |", *rows])


def fill_in(app: Sphinx, docname: str, content: list[str]) -> None:
    """Puts the generated parts into a page."""
    if REFUSED_HERE in content[0]:
        content[0] = content[0].replace(REFUSED_HERE, refused_table())


def setup(app: Sphinx) -> None:
    """Hooks the generated parts in."""
    app.connect("source-read", fill_in)

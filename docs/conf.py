"""Tells Sphinx how the documentation is built."""

from django_dynamodb import __version__

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

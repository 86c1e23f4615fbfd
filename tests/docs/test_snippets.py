"""Runs every code block of the documentation, page by page."""

import inspect
import sys
from pathlib import Path
from types import ModuleType

import pytest
from django.apps import apps

from tests.docs.pages import APP, MODULE, Block, blocks, write_templates

ROOT = Path(__file__).resolve().parents[2]
PAGES = [path for path in (ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))) if [*blocks(path)]]


@pytest.fixture
def module(monkeypatch):
    """One module in place of all those of the app that a page writes; afterwards the registry is as before."""
    before = dict(apps.all_models[APP])
    module = ModuleType(MODULE)
    for name in ("forum", "forum.forms", "forum.models", "forum.urls", "forum.views"):
        monkeypatch.setitem(sys.modules, name, module)
    yield module
    apps.all_models[APP].clear()
    apps.all_models[APP].update(before)
    apps.clear_cache()


@pytest.fixture
def own_tables(dynamodb, settings):
    """Keeps the tables of a page apart from those of the suite that have the same name."""
    aliases = settings.DYNAMODB.items()
    settings.DYNAMODB = {alias: {**keys, "TABLE_PREFIX": keys["TABLE_PREFIX"] + "docs-"} for alias, keys in aliases}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
@pytest.mark.usefixtures("own_tables")
def test_every_block_of_a_page_runs(page, module, settings, tmp_path, request):
    """What a page shows works as it is shown: its blocks run in order, and then the tests it defines."""
    namespace = vars(module)
    write_templates(page, tmp_path)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    for block in blocks(page):
        block.run(namespace)
    if "urlpatterns" in namespace:
        settings.ROOT_URLCONF = "forum.urls"
    for name in [name for name in namespace if name.startswith("test_")]:
        asked = inspect.signature(namespace[name]).parameters
        namespace[name](**{fixture: request.getfixturevalue(fixture) for fixture in asked})


def test_code_runs_and_sessions_are_compared(tmp_path):
    """A console session that shows another result than the code gives fails."""
    page = tmp_path / "page.md"
    page.write_text("```python\nx = 1\n```\n\n```pycon\n>>> x\n2\n```\n")
    code, session = blocks(page)
    namespace = {}
    code.run(namespace)
    with pytest.raises(AssertionError, match=r"Expected:\s+2\s+Got:\s+1"):
        session.run(namespace)


def test_a_marked_block_is_left_out(tmp_path):
    """A block that says why it is not run is not; one in another language is not code."""
    page = tmp_path / "page.md"
    page.write_text("<!-- not run: reason -->\n```python\n1 / 0\n```\n\n```sh\nls\n```\n\n<!-- before\ny = 2\n-->\n")
    assert [*blocks(page)] == [Block(page=page, line=10, code="y = 2\n", session=False)]

"""Holds that the admin speaks the language of its site."""

import html
import re

import pytest

from tests.admin.conftest import address
from tests.test_translations import CATALOGUES, PLACEHOLDER, entries
from tests.testapp.models import Comment, Issue, Thread

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.admin.sites")]


@pytest.fixture
def pages(forum, browse):
    """Opens pages of each kind, and gives what stands on them."""
    Issue.objects.create(project="web", number=1, title="Lent")
    issue = Issue.objects.get(pk="web~1")
    url = address(Issue, "change", issue.pk)

    def pages():
        chosen = {"action": "delete_selected", "_selected_action": [issue.pk], "index": "0"}
        answers = [
            *(browse.get(address(model, page)) for model in (Comment, Issue, Thread) for page in ("changelist", "add")),
            browse.get(address(Thread, "changelist") + "?q=AWS"),
            browse.get(address(Thread, "changelist") + "?_popup=1&q=AWS"),
            browse.get(address(Issue, "changelist") + "?number__gte=1", follow=True),
            browse.get(url),
            browse.get(address(Issue, "history", issue.pk)),
            browse.get(address(Issue, "delete", issue.pk)),
            browse.post(address(Issue, "changelist"), chosen),
            browse.post(url, {"title": "x", "labels": "x" * 500_000, "steps": "{", "facts": "[]", "as_shown": "x"}),
            browse.post(address(Issue, "add"), {"labels": '"', "steps": "[NaN]"}),
        ]
        assert {answer.status_code for answer in answers} == {200}
        return [html.unescape(answer.content.decode()) for answer in answers]

    return pages


@pytest.mark.parametrize("language", ["ar", "de", "fr", "pt-br", "zh-hans"])
def test_every_page_opens(pages, settings, language):
    """In a language of this package, in others, and from right to left."""
    settings.LANGUAGE_CODE = language
    assert all(f'lang="{language}"' in page for page in pages())


def test_no_text_is_left_untranslated(pages, settings):
    """In French nothing of ours is English; what is filled in aside."""
    settings.LANGUAGE_CODE = "fr"
    (path,) = CATALOGUES
    known = {text: told for texts, told in entries(path).items() for text in texts if text not in told}
    parts = {part.strip() for text in known for part in re.split(r"%\(\w+\)[sd]", text) if len(part.strip()) > 12}
    everything = "\n".join(pages())
    assert not {part for part in parts if part in everything}
    assert "sur cette page" in everything
    assert "Un par ligne." in everything
    assert "appel, " in everything
    assert PLACEHOLDER.search(everything) is None

"""Holds that each catalogue of translations has every text of the package, and nothing else."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

import django_dynamodb

PACKAGE = Path(django_dynamodb.__file__).parent
CATALOGUES = sorted(PACKAGE.glob("locale/*/LC_MESSAGES/django.po"))
CALLS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "ngettext": 2}
"""What marks texts, and how many of its arguments are such."""

TEXT = r"""(".*?(?<!\\)"|'.*?(?<!\\)')"""
MARKED = re.compile(rf"\b(?:_|gettext|ngettext)\(u?{TEXT}(?:, ?u?{TEXT})?")
"""The same in what Django makes of a template for its own extraction."""

ENTRY = re.compile(r'^(msgid|msgid_plural|msgstr|msgstr\[0\]|msgstr\[1\]) (".*")$', re.MULTILINE)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def texts_of_code():
    """The texts marked in Python."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) in CALLS and node.args:
                yield tuple(ast.literal_eval(argument) for argument in node.args[: CALLS[node.func.id]])


def texts_of_templates():
    """The texts marked in templates."""
    for path in PACKAGE.rglob("*.html"):
        for found in MARKED.finditer(templatize(path.read_text())):
            yield tuple(ast.literal_eval(text) for text in found.groups() if text)


def entries(path):
    """What a catalogue says: texts, and their translations."""
    found = []
    for kind, quoted in ENTRY.findall(path.read_text().partition("\n\n")[2]):
        if kind == "msgid":
            found.append(([], []))
        found[-1][kind.startswith("msgstr")].append(ast.literal_eval(quoted))
    return {tuple(texts): translated for texts, translated in found}


def test_there_are_catalogues():
    """Of one language at least, and texts to be translated in code and in templates."""
    assert [path.parts[-3] for path in CATALOGUES] == ["fr"]
    assert ("Stored now: %(value)s",) in set(texts_of_code())
    assert ("Pages",) in set(texts_of_templates())
    assert any(len(texts) == 2 for texts in texts_of_templates())


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_complete(path):
    """Nothing is missing, nothing left over, nothing empty."""
    assert set(entries(path)) == {*texts_of_code(), *texts_of_templates()}
    assert all(all(translated) for translated in entries(path).values())


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_same_places(path):
    """What is filled in stands in the translation too."""
    for texts, translated in entries(path).items():
        wanted = {name for text in texts for name in PLACEHOLDER.findall(text)}
        assert all(set(PLACEHOLDER.findall(text)) == wanted for text in translated), texts


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_compiled(path):
    """The compiled catalogue, which Django reads, is that of the text beside it."""
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for texts, translated in entries(path).items():
        if len(texts) == 1:
            assert compiled.gettext(*texts) == translated[0]
        else:
            assert [compiled.ngettext(*texts, count) for count in (1, 2)] == translated

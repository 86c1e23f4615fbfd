"""Reads the code blocks of a Markdown page and runs them in one namespace, in order."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.test.utils import override_settings

from django_dynamodb import conf
from django_dynamodb.models.registry import table_models

APP = "forum"
"""The app that models of a page belong to, by the name of the module their code runs as."""

MODULE = "tests.docsapp.page"
"""That name."""

SHOWN = "forum.models"
"""How the reader sees it."""

BLOCK = re.compile(
    r"^(?P<fence>```+)(?P<language>python|pycon)\n(?P<code>.*?)^(?P=fence)[ ]*$"
    r"|^<!-- before\n(?P<before>.*?)^-->$"  # code that the reader need not see
    r"|^<!-- not run: (?P<reason>.+?) -->\n+(?P<skipped>```+)\w+\n.*?^(?P=skipped)[ ]*$",
    re.DOTALL | re.MULTILINE,
)
TEMPLATE = re.compile(
    r"^```html\+django\n\{# (?:\w+/templates/)?(?P<name>\S+) #\}\n(?P<text>.*?)^```",
    re.DOTALL | re.MULTILINE,
)
"""A template says in a comment where it belongs."""

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class Checker(doctest.OutputChecker):
    """Compares results as the reader would see them."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        """Says whether a result is the expected one."""
        return super().check_output(want, got.replace(MODULE, SHOWN), optionflags)


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """One block of code.

    Args:
        page: The file.
        line: Lines before its first.
        code: The code, or a console session.
        session: Whether it is a console session, with results to compare.
    """

    page: Path
    line: int
    code: str
    session: bool

    def run(self, namespace: dict[str, Any]) -> None:
        """Runs the block, and then what a project would do for it: read its settings, make its tables."""
        if self.session:
            self._compare(namespace)
        else:
            code = compile("\n" * self.line + self.code, str(self.page), "exec", dont_inherit=True)
            exec(code, namespace)
        if "DYNAMODB" in namespace:
            validate_settings(namespace.pop("DYNAMODB"))
        for model in table_models([APP]):
            model.objects.create_table()

    def _compare(self, namespace: dict[str, Any]) -> None:
        test = doctest.DocTestParser().get_doctest(self.code, namespace, self.page.name, str(self.page), self.line)
        runner, report = doctest.DocTestRunner(Checker(), optionflags=FLAGS, verbose=False), []
        runner.run(test, out=report.append, clear_globs=False)
        namespace.update(test.globs)
        assert not runner.failures, "".join(report)


def blocks(page: Path) -> Iterator[Block]:
    """Yields what is to be run of a page."""
    text = page.read_text()
    for found in BLOCK.finditer(text):
        if found["reason"]:
            continue
        kind = "before" if found["before"] else "code"
        line = text.count("\n", 0, found.start(kind))
        yield Block(page=page, line=line, code=found[kind], session=found["language"] == "pycon")


def write_templates(page: Path, folder: Path) -> None:
    """Puts the templates a page shows into a folder."""
    for found in TEMPLATE.finditer(page.read_text()):
        path = folder / found["name"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found["text"])


def validate_settings(value: Any) -> None:
    """Reads a ``DYNAMODB`` setting as a project would."""
    with override_settings(DYNAMODB=value):
        conf.validate()

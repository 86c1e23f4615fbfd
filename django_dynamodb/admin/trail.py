"""Carries, in the parameter that says which page is shown, the way that led there.

A scan reads in one direction only, so the page before is found by the cursor it was reached with. What leads back is
short: a URL and each of a list's links carry it.
"""

from __future__ import annotations

from typing import Final

SEPARATOR: Final = "~"
"""Between cursors; none of a cursor's characters, and none that a URL needs to quote (RFC 3986, 2.3)."""

FIRST: Final = "1"
"""What stands for the first page."""

LONGEST: Final = 1_200
"""The most characters of a trail; the pages that are furthest back are dropped first. Servers take lines of 4,094
(gunicorn) or 8,192 (nginx), and each row of a list links with the trail in it, quoted twice."""


class Trail:
    """The cursor of a page, and those of the pages before it.

    Args:
        text: What ``str()`` of a trail is; empty for the first page.
    """

    def __init__(self, text: str = "") -> None:
        self.cursors = tuple(filter(None, text.split(SEPARATOR))) or (FIRST,)

    def __str__(self) -> str:
        return SEPARATOR.join(self.cursors)

    @property
    def cursor(self) -> str | None:
        """The cursor of the page itself; None for the first."""
        return None if self.cursors[0] == FIRST else self.cursors[0]

    def onward(self, cursor: str) -> Trail:
        """The trail of the page behind this one.

        Args:
            cursor: That page's.
        """
        return Trail(_shortened((cursor, *self.cursors)))

    def back(self) -> Trail | None:
        """The trail of the page before; None where it is not known."""
        return Trail(SEPARATOR.join(self.cursors[1:])) if len(self.cursors) > 1 else None


def _shortened(cursors: tuple[str, ...]) -> str:
    """As many of the cursors as there is room for; the page itself always."""
    kept = cursors[:1]
    for cursor in cursors[1:]:
        if len(SEPARATOR.join((*kept, cursor))) > LONGEST:
            break
        kept = (*kept, cursor)
    return SEPARATOR.join(kept)

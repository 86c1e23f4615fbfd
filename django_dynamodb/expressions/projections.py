"""States which attributes a read brings back."""

from __future__ import annotations

from django_dynamodb.exceptions import InvalidValueError
from django_dynamodb.expressions.bounds import validate_text
from django_dynamodb.expressions.paths import Path, validate_apart
from django_dynamodb.expressions.placeholders import Placeholders
from django_dynamodb.records import record


@record(frozen=True, slots=True)
class Projection:
    """The attributes, or parts of documents, to bring back.

    Args:
        paths: At least one, none inside another.

    Raises:
        InvalidValueError: No path, or two that overlap.
    """

    paths: tuple[Path, ...]

    def __post_init__(self) -> None:
        if not self.paths:
            raise InvalidValueError("A projection names at least one attribute; for all of them leave it out.")
        validate_apart(self.paths, "The projection")

    def render(self, placeholders: Placeholders) -> str:
        """Writes the projection.

        Args:
            placeholders: The names and values of the request; added to.

        Returns:
            The text for ``ProjectionExpression``.

        Raises:
            InvalidValueError: Over 4 KB.
        """
        return validate_text(", ".join(map(placeholders.path, self.paths)), "The projection")

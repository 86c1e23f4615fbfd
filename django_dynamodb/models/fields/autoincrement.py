"""The integer key that a counter item in the same table hands out (SEED rows 17, 18, 28, 29)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import IntegerField
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    NumberField = IntegerField[Any, int]
else:
    NumberField = IntegerField


class AutoIncrementField(NumberField):
    """A partition key that gets the next number when an unsaved object has none.

    Unset, ``None`` and 0 mean "give me the next one"; any other number is kept. -1 is the key of the counter item and
    is refused. Each insert adds to one item, which is a ceiling of about 1,000 inserts a second and table; use
    ``UUIDField(default=uuid.uuid4)`` where that could matter. Source of the ceiling: developer guide, "Partitions".
    """

    description = _("Integer from a counter item")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("blank", True)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Leaves out what ``__init__`` fills in by itself."""
        name, path, args, kwargs = super().deconstruct()
        for option, default in (("blank", True), ("editable", False)):
            kwargs.pop(option, None)
            if getattr(self, option) is not default:
                kwargs[option] = not default
        return name, path, args, kwargs

"""The number of an item's writes, by which every write sees whether another one came in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import IntegerField
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    NumberField = IntegerField[Any, int]
else:
    NumberField = IntegerField


class VersionField(NumberField):
    """Counts the writes of an item: 0 before the first, 1 after it; the package sets it, the model only reads it.

    A loaded object is written and deleted only while the stored version is the object's own, without any option. An
    item that has no version yet counts as 0, and gets one with its next save.
    """

    description = _("Version of the item")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", 0)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Leaves out what ``__init__`` fills in by itself."""
        name, path, args, kwargs = super().deconstruct()
        for option, default in (("default", 0), ("editable", False)):
            if kwargs.get(option) == default:
                del kwargs[option]
        return name, path, args, kwargs

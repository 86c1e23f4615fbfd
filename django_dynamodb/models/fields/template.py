"""A key attribute that is built from other fields of its item, and kept in step with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Model, TextField
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext_lazy as _

from django_dynamodb.exceptions import InvalidKeyError
from django_dynamodb.models.templates import Template, read_template

EMPTY: Final = (None, "")
"""What is no part of a key."""

if TYPE_CHECKING:
    KeyText = TextField[Any, str | None]
else:
    KeyText = TextField


class TemplateAttribute(DeferredAttribute):
    """The attribute of an instance: what its parts say now; what was loaded stands for parts that were not."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        template: Template = instance._meta.mapper.templates[self.field.attname]
        loaded = vars(instance)
        if all(part.field.attname in loaded for part in template.parts):
            return template.text(loaded) or loaded.get(self.field.attname) or None
        if self.field.attname not in loaded:
            super().__get__(instance, cls)  # reads it
        if stored := loaded.get(self.field.attname):
            return template.text({**template.values(stored), **loaded})
        names = [part.field.attname for part in template.parts]
        return template.text({name: getattr(instance, name) for name in names})

    def __set__(self, instance: Any, value: Any) -> None:
        vars(instance)[self.field.attname] = value


class TemplateField(KeyText):
    """A text such as ``"ORDER#{placed}#{number:08d}"``, filled in from other fields by every write.

    It is made for keys of the table and of indexes. Lookups of the parts are answered by the key. A part that is
    None or empty leaves it unset: of a table's key that is refused, an index then leaves the item out.

    Args:
        template: Text with fields in braces; numbers are padded, as in ``{number:08d}``, so that they sort.

    Raises:
        SchemaError: The text is no template.
    """

    description = _("Key built from other fields")
    descriptor_class = TemplateAttribute

    def __init__(self, template: str, **kwargs: Any) -> None:
        self.template = template
        self.head, self.places = read_template(template)
        kwargs.setdefault("editable", False)
        kwargs.setdefault("blank", True)
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        """Gives the template back, and leaves out what ``__init__`` fills in by itself."""
        name, path, args, kwargs = super().deconstruct()
        for option, default in (("editable", False), ("blank", True)):
            kwargs.pop(option, None)
            if getattr(self, option) is not default:
                kwargs[option] = getattr(self, option)
        return name, path, [self.template, *args], kwargs

    def get_default(self) -> Any:
        """None: there is nothing before the parts are."""
        return None

    def pre_save(self, model_instance: Model, add: bool) -> Any:
        """The text of the parts as they are now.

        Raises:
            InvalidKeyError: A part that a key of the table needs is missing, or one cannot be part of a key.
        """
        template: Template = model_instance._meta.mapper.templates[self.attname]  # type: ignore[attr-defined]  # only our models have this field
        loaded, unread = vars(model_instance), None if add else template
        empty = [p.field.name for p in template.parts if loaded.get(p.field.attname, unread) in EMPTY]
        if empty and self.attname in model_instance._meta.mapper.key_attnames:  # type: ignore[attr-defined]  # likewise
            raise missing_error(template, empty)
        text = None if empty else getattr(model_instance, self.attname)
        setattr(model_instance, self.attname, text)
        return text


def missing_error(template: Template, names: list[str]) -> InvalidKeyError:
    """The error for parts without which there is no key.

    Args:
        template: The template of a key.
        names: The fields that have no value.
    """
    field: Any = template.field
    return InvalidKeyError(
        f"{field.model._meta.label}.{field.name} is made of {field.template!r}, and {', '.join(names)} "
        f"{'have' if len(names) > 1 else 'has'} no value; give it one."
    )

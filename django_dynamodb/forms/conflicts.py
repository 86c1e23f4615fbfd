"""Lets a model form see that somebody else changed its item while it was filled in, and say what."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from django import forms
from django.utils import formats
from django.utils.text import Truncator, capfirst
from django.utils.timezone import template_localtime  # type: ignore[attr-defined]  # the stubs leave it out
from django.utils.translation import gettext as _

from django_dynamodb.exceptions import ConflictError, InvalidKeyError
from django_dynamodb.forms.readings import InvalidNote, changed_since, note_of
from django_dynamodb.forms.storable import refusal_of
from django_dynamodb.models.state import state_of

R = TypeVar("R")

TRIES: Final = 3
"""How often a view is run before a conflict is let through: each further time finds what the one before ran into."""

SHOWN: Final = 200
"""The most characters shown of a stored value beside an input."""


class NoteField(forms.CharField):
    """The hidden note of what the editor was shown."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Never: it is nobody's input."""
        return False


class ConflictFormMixin:
    """Stands before a ``ModelForm`` of a DynamoDB model, whose items are then changed only as their editors saw them.

    A form of a stored item carries a hidden, signed note of what it was loaded as. When the stored item is another one
    by the time the form comes back, the form has an error of code ``"conflict"`` that names the fields, and each field
    shown says what is stored now. Shown again, the form carries the new note: saved once more, it replaces what it has
    just told.

    ``save()`` closes the moment between that comparison and the write: it raises ``ConflictError`` where something
    came in between. ``answered`` runs the view once more then, and the form finds it.
    """

    note_name: ClassVar[str] = "as_shown"
    """The name of the hidden field."""

    conflict_ignores: Collection[str] = ()
    """Fields that others may change meanwhile, as counters are; the form should not have them."""

    if TYPE_CHECKING:  # what the form beside gives
        instance: Any
        fields: dict[str, Any]
        data: Any
        is_bound: bool
        cleaned_data: Any
        changed_data: list[str]
        add_error: Callable[..., None]
        add_prefix: Callable[[str], str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._loaded = dict(vars(self.instance))
        if self._noting:
            for field in self.fields.values():  # what was edited shows against what is stored now
                field.show_hidden_initial = False
            self.fields[self.note_name] = NoteField(required=False, initial=note_of(self.instance))

    @property
    def _noting(self) -> bool:
        return state_of(self.instance).item is not None

    @property
    def note(self) -> Any:
        """The bound hidden field, for templates that write each field by itself; empty for a new object."""
        return self[self.note_name] if self._noting else ""  # type: ignore[index]  # a form

    def full_clean(self) -> None:
        """Cleans the form, then compares what is stored with what was shown."""
        super().full_clean()  # type: ignore[misc]  # of the form
        if not self.is_bound:
            return
        if self.note_name in self.fields:
            self._keep_untouched()
            self._refuse_conflict()
        self._refuse_unstorable()

    def validate_unique(self) -> None:
        """Looks whether the key is taken; one that no item can have is an error of the form already, or soon."""
        try:
            super().validate_unique()  # type: ignore[misc]  # of the form
        except InvalidKeyError:
            if not self.errors and refusal_of(self.instance) is None:  # type: ignore[attr-defined]  # of the form
                raise

    def save(self, commit: bool = True) -> Any:
        """Stores the object: a new one only if its key is free, another one only as it was loaded.

        Args:
            commit: As for any model form.

        Returns:
            The object.

        Raises:
            OverwriteError: The key was taken meanwhile.
            ConflictError: The item was changed since this form was cleaned.
        """
        saved = super().save(commit=False)  # type: ignore[misc]  # of the form
        if commit:
            self.instance.save(**write_options(self.instance))
            self._save_m2m()  # type: ignore[attr-defined]  # of the form
        return saved

    def _keep_untouched(self) -> None:
        """Leaves what nobody edited as it was loaded, where inputs show less than is stored, as of a second's parts."""
        touched = set(self.changed_data)
        for field in self.instance._meta.concrete_fields:
            name = field.name
            if name not in self.cleaned_data or name in touched or field.remote_field is not None:
                continue
            if getattr(self.instance, name) == self.cleaned_data[name]:  # not what the model's clean() made of it
                setattr(self.instance, name, self._loaded.get(name))

    def _refuse_conflict(self) -> None:
        """Adds the errors of a conflict, and takes up what is stored now for the next attempt."""
        name = self.add_prefix(self.note_name)
        try:
            names = changed_since(self.data.get(name) or "", self.instance, self.conflict_ignores)
        except InvalidNote:
            message = _("This form does not tell what it was filled in from. Load the page again, then edit it.")
            self.add_error(None, forms.ValidationError(message, code="note"))
            return
        if not names:
            return
        self.data = self.data.copy()
        self.data[name] = note_of(self.instance)
        self.add_error(None, self._conflict(names))
        for field in [name for name in names if name in self.fields and name in self.changed_data]:
            now = self._stored_text(field)
            self.add_error(field, forms.ValidationError(_("Stored now: %(value)s") % {"value": now}, code="conflict"))

    def _conflict(self, names: list[str]) -> forms.ValidationError:
        """What is wrong with the form as a whole."""
        meta = self.instance._meta
        known = {field.name: capfirst(field.verbose_name) for field in meta.mapper.fields}
        listed = ", ".join(str(known.get(name, name if name != "?" else _("another attribute"))) for name in names)
        return forms.ValidationError(
            _(
                "Somebody else changed this %(model)s while you were editing it: %(fields)s. Nothing was saved. "
                "Look at what is stored now, then save again to replace it by what stands here."
            ),
            code="conflict",
            params={"model": meta.verbose_name, "fields": listed},
        )

    def _stored_text(self, name: str) -> str:
        """What is stored of a field, as its editor would see it."""
        field = self.fields[name]
        value = self.get_initial_for_field(field, name)  # type: ignore[attr-defined]  # of the form
        labels = dict(getattr(field, "_choices", None) or ())
        if value in (None, "", set()) or (shown := labels.get(value, field.prepare_value(value))) in (None, ""):
            return _("nothing")
        if isinstance(shown, list | tuple):  # a widget of several inputs
            shown = value
        return Truncator(str(formats.localize(template_localtime(shown)))).chars(SHOWN)

    def _refuse_unstorable(self) -> None:
        """Makes an error of the form of what DynamoDB cannot store, such as an item of too many bytes."""
        if self.errors or (refusal := refusal_of(self.instance)) is None:  # type: ignore[attr-defined]  # of the form
            return
        name, error = refusal
        self.add_error(name if name in self.fields else None, error)


def write_options(instance: Any) -> Mapping[str, bool]:
    """How a form stores an object.

    Args:
        instance: The object.

    Returns:
        The options of ``save()``: a new object replaces none, a loaded one is stored only as it was loaded.
    """
    if instance._state.adding:
        return {"force_insert": True}
    return {"raise_on_conflict": state_of(instance).item is not None}


def answered(view: Callable[[], R]) -> R:
    """Runs a view again when an item changed under its hands, so that its form finds the change and says so.

    Args:
        view: Loads the object, cleans the form, and saves; without arguments.

    Returns:
        What the view returns.

    Raises:
        ConflictError: Another one each time.
    """
    for _attempt in range(TRIES - 1):
        try:
            return view()
        except ConflictError:
            continue
    return view()

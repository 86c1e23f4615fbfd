"""Forms of the forum; the one for edits notices when somebody else was faster."""

import difflib

from django import forms
from django.db.models import Q
from django.utils import timezone

from forum.models import Reply, Report, Thread


class TagsField(forms.CharField):
    """A set of texts, typed with commas between them."""

    def prepare_value(self, value):
        return value if isinstance(value, str) else ", ".join(sorted(value or ()))

    def clean(self, value):
        return {tag.strip() for tag in super().clean(value).split(",")} - {""}


class ThreadForm(forms.ModelForm):
    tags = TagsField(required=False, max_length=200, help_text="With commas between them.")

    class Meta:
        model = Thread
        fields = ["author", "subject", "body", "tags"]
        labels = {"author": "Your name"}


class ThreadEditForm(ThreadForm):
    """Carries the revision its author was shown, so that an edit made meanwhile is never overwritten unseen."""

    edited_by = forms.CharField(label="Your name", max_length=40)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    field_order = ["edited_by"]

    class Meta(ThreadForm.Meta):
        fields = ["subject", "body", "tags"]

    def save(self, commit=True):
        """Stores the edit.

        Raises:
            ConditionFailedError: The thread has another revision by now; nothing was written.
        """
        shown = self.cleaned_data["revision"]
        self.instance.revision = shown + 1
        self.instance.edited = timezone.now()
        self.instance.edited_by = self.cleaned_data["edited_by"]
        self.instance.save(condition=Q(revision=shown))
        return self.instance

    def add_conflict(self, stored):
        """Tells what somebody else has stored; saving once more then replaces it, knowingly.

        Args:
            stored: The thread as it is now.
        """
        self.conflict = {
            "stored": stored,
            "subject": stored.subject != self.cleaned_data["subject"],
            "tags": stored.tags != self.cleaned_data["tags"],
            "body": list(_compare(stored.body, self.cleaned_data["body"])),
        }
        self.data = self.data.copy()
        self.data["revision"] = stored.revision
        self.add_error(
            None,
            f"{stored.edited_by} changed this thread while you were writing, so nothing was saved. Take what you want "
            "of the other text into yours, then save again.",
        )


class ReplyForm(forms.ModelForm):
    class Meta:
        model = Reply
        fields = ["author", "body"]
        labels = {"author": "Your name"}
        widgets = {"body": forms.Textarea({"rows": 5})}


class ReportForm(forms.ModelForm):
    class Meta:
        model = Report
        fields = ["reason"]
        labels = {"reason": "What is wrong with it?"}
        widgets = {"reason": forms.Textarea({"rows": 4})}


def _compare(stored, written):
    """Line by line: ``("stored" | "written" | "both", text)``."""
    kinds = {"- ": "stored", "+ ": "written", "  ": "both"}
    for line in difflib.ndiff(stored.splitlines(), written.splitlines()):
        if line[:2] in kinds:
            yield kinds[line[:2]], line[2:]

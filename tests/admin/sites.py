"""An admin site over the models of the suite, with its URLs."""

from django.contrib.admin import AdminSite
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.urls import path

from django_dynamodb.admin import DynamoModelAdmin
from tests.testapp.models import Account, Comment, Everything, Issue, Note, Reading, Thread, Ticket

site = AdminSite()


class ThreadAdmin(DynamoModelAdmin):
    """Pairs of texts as keys, and rows that are edited in the list."""

    list_display = ["subject", "author", "views"]
    list_editable = ["views"]
    list_per_page = 3
    search_fields = ["forum", "subject", "author"]
    ordering = ["-posted"]


class IssueAdmin(DynamoModelAdmin):
    """Choices as a filter, and a pointer to an item, which is completed as it is typed."""

    list_display = ["__str__", "state", "ticket"]
    list_filter = ["state"]
    list_per_page = 3
    search_fields = ["project", "title"]
    autocomplete_fields = ["ticket"]


class ReadingAdmin(DynamoModelAdmin):
    """Typed keys."""


class TicketAdmin(DynamoModelAdmin):
    """One key."""


class AccountAdmin(DynamoModelAdmin):
    """A version."""


class EverythingAdmin(DynamoModelAdmin):
    """Every kind of field."""


class CommentAdmin(DynamoModelAdmin):
    """A pointer to an item, by key."""


class NoteAdmin(DynamoModelAdmin):
    """Points to SQL."""

    list_display = ["text", "owner"]


for model, admin in {
    Account: AccountAdmin, Comment: CommentAdmin, Everything: EverythingAdmin, Issue: IssueAdmin, Note: NoteAdmin,
    Reading: ReadingAdmin, Thread: ThreadAdmin, Ticket: TicketAdmin, get_user_model(): UserAdmin,
}.items():  # fmt: skip
    site.register(model, admin)

urlpatterns = [path("admin/", site.urls)]

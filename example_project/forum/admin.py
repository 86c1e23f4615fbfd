"""The forum in Django's admin: what is reported, and the posts themselves."""

from django.contrib import admin, messages
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from django_dynamodb import forms
from django_dynamodb.admin import DynamoModelAdmin
from forum.models import Forum, Reply, Report, Thread


@admin.register(Forum)
class ForumAdmin(DynamoModelAdmin):
    list_display = ["title", "slug", "description", "threads"]
    list_editable = ["description"]
    readonly_fields = ["threads"]  # counted by the table
    prepopulated_fields = {"slug": ["title"]}

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields


class ThreadForm(forms.ModelForm):
    """Somebody may reply while an editor edits; what every edit changes besides is not worth telling."""

    conflict_ignores = ["replies", "last_reply", "revision", "edited", "edited_by"]


@admin.register(Thread)
class ThreadAdmin(DynamoModelAdmin):
    """Searched by forum, then by the time a thread was started: ``tea 202611``; newest first."""

    form = ThreadForm
    list_display = ["subject", "forum", "author", "started", "replies"]
    ordering = ["-key"]
    autocomplete_fields = ["forum"]
    readonly_fields = ["key", "started", "replies", "last_reply", "revision", "edited", "edited_by"]

    def save_model(self, request, obj, form, change):
        if change:  # the forum's own editors compare the revision
            obj.revision += 1
            obj.edited, obj.edited_by = timezone.now(), request.user.get_username()
        super().save_model(request, obj, form, change)

    def delete_model(self, request, obj):
        obj.delete_with_replies()

    def delete_queryset(self, request, queryset):
        for thread in queryset:
            thread.delete_with_replies()


class WrittenElsewhere(DynamoModelAdmin):
    """Is added on the pages of the forum, which give the number."""

    def has_add_permission(self, request):
        return False


@admin.register(Reply)
class ReplyAdmin(WrittenElsewhere):
    """Searched by the thread's key, then by number: ``tea~20261124-101500-000042 1..9``."""

    list_display = ["number", "thread", "author", "posted"]
    readonly_fields = ["posted"]


@admin.register(Report)
class ReportAdmin(WrittenElsewhere):
    """What is still to be looked at is a filter away: a Query of ``by_state``, newest first."""

    list_display = ["id", "post", "reason", "reported", "state"]
    list_editable = ["state"]
    list_filter = ["state"]
    ordering = ["-reported"]
    readonly_fields = ["thread", "reply", "reason", "reported"]
    actions = ["keep_posts"]

    @admin.display
    def post(self, report):
        """A link to what is complained about; nothing is read for it."""
        if report.reply is None:
            return format_html('<a href="{}">Thread</a>', reverse("forum:thread", args=[report.thread]))
        url = reverse("forum:reply", args=[report.thread, report.reply])
        return format_html('<a href="{}#reply-{}">Reply {}</a>', url, report.reply, report.reply)

    @admin.action(description="Keep the posts: nothing is wrong with them", permissions=["change"])
    def keep_posts(self, request, queryset):
        kept = sum(
            Report.objects.filter(pk=report.pk, state=Report.State.NEW).update(state=Report.State.KEPT)
            for report in queryset
        )
        self.message_user(request, f"{kept} of {len(queryset)} were new, and are done.", messages.SUCCESS)

"""Forums, threads, replies and reports, as DynamoDB keeps them."""

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from django_dynamodb import models


def sortable_key(moment=None):
    """A key that sorts by time, fine enough that hardly two threads of a forum share it."""
    return f"{moment or timezone.now():%Y%m%d-%H%M%S-%f}"


class Forum(models.Model):
    slug = models.SlugField(primary_key=True)
    title = models.CharField(max_length=80)
    description = models.CharField(max_length=200)
    threads = models.IntegerField(default=0)

    class Table:
        name = "forums"

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("forum:forum", args=[self.pk])

    def count_thread(self):
        """Counts one more thread; DynamoDB does the sum."""
        Forum.objects.filter(pk=self.pk).update(threads=F("threads") + 1)


class Thread(models.Model):
    """The threads of one forum lie together, in the order they were started."""

    forum = models.ForeignKey(Forum, models.DO_NOTHING, db_constraint=False)
    key = models.CharField(max_length=40, default=sortable_key, editable=False)
    subject = models.CharField(max_length=120)
    author = models.CharField(max_length=40)
    body = models.TextField("text", max_length=10_000)
    tags = models.StringSetField(blank=True)
    started = models.DateTimeField(default=timezone.now, editable=False)
    # Counts the edits. An edit is stored only if this is still what its author was shown.
    revision = models.IntegerField(default=1, editable=False)
    edited = models.DateTimeField(null=True, editable=False)
    edited_by = models.CharField(max_length=40, default="", editable=False)
    # Also the number of the newest reply.
    replies = models.IntegerField(default=0, editable=False)
    last_reply = models.DateTimeField(null=True, editable=False)

    class Table:
        name = "threads"
        partition_key = "forum"
        sort_key = "key"

    def __str__(self):
        return self.subject

    def get_absolute_url(self):
        return reverse("forum:thread", args=[self.pk])

    @property
    def sorted_tags(self):
        return sorted(self.tags)

    def count_reply(self):
        """The number of one more reply; DynamoDB does the sum, so two replies at the same time get two numbers.

        Raises:
            ItemDeletedError: The thread is gone.
        """
        self.replies = F("replies") + 1
        self.last_reply = timezone.now()
        self.save()
        return self.replies

    def delete_with_replies(self):
        """Deletes the thread, then its replies, 25 a call, and counts it no more.

        Returns:
            Whether there was still one to delete.
        """
        deleted, _ = self.delete()
        Reply.objects.batch_write(deletes=Reply.objects.query(self.pk))
        if deleted:  # not by somebody else in the same moment
            Forum.objects.filter(pk=self.forum_id).update(threads=F("threads") - 1)
        return bool(deleted)


class Reply(models.Model):
    """The replies to one thread lie together, numbered from 1."""

    thread = models.CharField(max_length=100, help_text="The thread's packed key.", editable=False)
    number = models.IntegerField(editable=False)
    author = models.CharField(max_length=40)
    body = models.TextField("text", max_length=10_000)
    posted = models.DateTimeField(default=timezone.now, editable=False)

    class Table:
        name = "replies"
        partition_key = "thread"
        sort_key = "number"

    class Meta:
        verbose_name_plural = "replies"

    def __str__(self):
        return f"Reply {self.number}"

    def get_absolute_url(self):
        return reverse("forum:reply", args=[self.thread, self.number]) + f"#reply-{self.number}"


class Report(models.Model):
    """A post somebody complains about; the number comes from a counter in the same table."""

    class State(models.TextChoices):
        NEW = "new"
        KEPT = "kept", "Looked at, post kept"
        REMOVED = "removed", "Post removed"

    id = models.AutoIncrementField(primary_key=True)
    thread = models.CharField(max_length=100, editable=False)
    reply = models.IntegerField(null=True, editable=False)
    reason = models.TextField(max_length=1_000)
    reported = models.DateTimeField(default=timezone.now, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.NEW)

    class Table:
        name = "reports"
        # What is still to be looked at is one Query, however many reports there have ever been.
        indexes = [models.GlobalIndex("by_state", "state", "reported")]

    def __str__(self):
        return f"Report {self.pk}"

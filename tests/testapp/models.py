"""Models of the test suite: one for each kind of key, field and storage."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.utils import timezone

from django_dynamodb import models


class Thread(models.Model):
    """Partition key and sort key, a little of everything."""

    forum = models.CharField(max_length=80)
    subject = models.CharField(max_length=200)
    author = models.CharField(max_length=80, blank=True)
    posted = models.DateTimeField(default=timezone.now)
    views = models.IntegerField(default=0)
    tags = models.StringSetField(blank=True)
    meta = models.JSONField(default=dict, blank=True)

    class Table:
        """Both keys, one index of each kind."""

        name = "threads"
        partition_key = "forum"
        sort_key = "subject"
        indexes = [
            models.GlobalIndex("by_author", "author", "posted"),
            models.LocalIndex("by_views", "views", projection=["author"]),
        ]


class Ticket(models.Model):
    """Numbered by a counter item."""

    id = models.AutoIncrementField(primary_key=True)
    title = models.CharField(max_length=200, blank=True)
    updated = models.DateTimeField(auto_now=True)

    class Table:
        """Default name."""

        name = "tickets"


class Reading(models.Model):
    """Partition key alone, typed keys: a device and a number."""

    device = models.UUIDField(default=uuid.uuid4)
    at = models.IntegerField()
    value = models.DecimalField(max_digits=10, decimal_places=2, null=True)

    class Table:
        """A number as sort key."""

        name = "readings"
        partition_key = "device"
        sort_key = "at"


class Everything(models.Model):
    """One field of each family."""

    code = models.CharField(max_length=40, primary_key=True)
    text = models.TextField(blank=True)
    maybe = models.CharField(max_length=20, null=True)  # the nullable text is the point
    number = models.BigIntegerField(null=True)
    ratio = models.FloatField(null=True)
    price = models.DecimalField(max_digits=38, decimal_places=4, null=True)
    flag = models.BooleanField(default=False)
    blob = models.BinaryField(null=True)
    moment = models.DateTimeField(null=True)
    day = models.DateField(null=True)
    hour = models.TimeField(null=True)
    span = models.DurationField(null=True)
    token = models.UUIDField(null=True)
    address = models.GenericIPAddressField(null=True)
    slug = models.SlugField(blank=True)
    upload = models.FileField(blank=True)
    document = models.JSONField(null=True)
    strings = models.StringSetField()
    numbers = models.NumberSetField()
    blobs = models.BinarySetField()
    items = models.ListField(null=True)
    mapping = models.MapField(null=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, db_constraint=False, null=True)

    class Table:
        """Default billing."""

        name = "everything"


class Legacy(models.Model):
    """A table as dynamodb-mapper wrote it."""

    id = models.AutoIncrementField(primary_key=True)
    name = models.CharField(max_length=80, blank=True)
    count = models.IntegerField(default=0)
    active = models.BooleanField(default=False)
    created = models.DateTimeField(null=True)
    roles = models.ListField(default=list)
    options = models.MapField(default=dict)
    labels = models.StringSetField()

    class Table:
        """The old encodings."""

        name = "legacy"
        storage = "mapper1"


class Note(models.Model):
    """Belongs to a user in SQL; an index serves the way back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, db_constraint=False, null=True, blank=True, related_name="notes"
    )
    written = models.DateTimeField(default=timezone.now)
    text = models.CharField(max_length=200)

    class Table:
        """The index of a reverse manager."""

        name = "notes"
        indexes = [models.GlobalIndex("by_owner", "owner", "written")]


class Account(models.Model):
    """Counts its writes, and stamps them."""

    owner = models.CharField(max_length=40, primary_key=True)
    balance = models.IntegerField(default=0)
    state = models.CharField(max_length=20, default="open")
    created = models.DateTimeField(auto_now_add=True)
    version = models.VersionField()

    class Table:
        """An index that holds no version."""

        name = "accounts"
        indexes = [models.GlobalIndex("by_state", "state", projection="KEYS_ONLY")]


class Session(models.Model):
    """Expires; one index holds the time, one orders by it, and one does not know it."""

    user = models.CharField(max_length=40)
    number = models.IntegerField()
    data = models.CharField(max_length=80, blank=True)
    expires = models.TTLField(null=True, blank=True)

    class Table:
        """Its only TTLField is its expiry."""

        name = "sessions"
        partition_key = "user"
        sort_key = "number"
        indexes = [
            models.GlobalIndex("by_data", "data"),
            models.GlobalIndex("by_expiry", "data", "expires"),
            models.GlobalIndex("keys_by_data", "data", projection="KEYS_ONLY"),
        ]


class Stamped(models.Model):
    """Stamps every write."""

    code = models.CharField(max_length=40, primary_key=True)
    title = models.CharField(max_length=40, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)
    day = models.DateField(auto_now=True)

    class Table:
        """Default billing."""

        name = "stamped"


class Issue(models.Model):
    """What an admin has to edit: choices that an index serves, a pointer to another item, sets and documents."""

    project = models.CharField(max_length=40)
    number = models.IntegerField()
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=[("open", "Open"), ("done", "Done")], default="open")
    opened = models.DateTimeField(default=timezone.now)
    labels = models.StringSetField(blank=True)
    steps = models.ListField(default=list, blank=True)
    facts = models.MapField(default=dict, blank=True)
    extra = models.JSONField(default=dict, blank=True)
    ticket = models.ForeignKey(Ticket, models.DO_NOTHING, db_constraint=False, null=True, blank=True)

    class Table:
        """One index holds keys alone."""

        name = "issues"
        partition_key = "project"
        sort_key = "number"
        indexes = [
            models.GlobalIndex("by_state", "state", "opened"),
            models.GlobalIndex("by_title", "title", projection="KEYS_ONLY"),
        ]

    def __str__(self):
        return f"{self.project} #{self.number}"


class Comment(models.Model):
    """Points to an item with a key of two parts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    thread = models.ForeignKey(Thread, models.DO_NOTHING, db_constraint=False)
    text = models.CharField(max_length=200)

    class Table:
        """Default billing."""

        name = "comments"

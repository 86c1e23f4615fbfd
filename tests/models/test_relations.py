"""Holds foreign keys from items to SQL rows, both ways, and what no relation can do here."""

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models as django_models
from django.db.models import F, Prefetch
from django.test import override_settings

from django_dynamodb.exceptions import ScanForbidden, UnsupportedError, UnsupportedLookupError
from tests.testapp.models import Everything, Issue, Note, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(dynamodb):
    """A user with two notes."""
    user = get_user_model().objects.create(username="ann")
    for text in "ab":
        Note.objects.create(owner=user, text=text)
    return user


def texts(notes):
    """The texts of the notes, in their order."""
    return "".join(note.text for note in notes)


class TestForward:
    """From an item to its row."""

    def test_reads_sql_once(self, ann, django_assert_num_queries):
        """The related object is read by SQL when it is needed, and kept."""
        note = Note.objects.first()
        with django_assert_num_queries(1):
            assert note.owner == note.owner == ann

    def test_null(self, dynamodb):
        """No key, no object, no query."""
        assert Note.objects.create(text="x").owner is None

    def test_assigned(self, ann, sent):
        """An assigned object is stored by its key."""
        note = Note.objects.first()
        other = get_user_model().objects.create(username="bob")
        note.owner = other
        note.save()
        assert Note.objects.get(pk=note.pk, consistent_read=True).owner_id == other.pk

    def test_unsaved(self, dynamodb):
        """As in Django: an unsaved object cannot be pointed to."""
        with pytest.raises(ValueError, match="unsaved related object"):
            Note(owner=get_user_model()(), text="x").save()

    @pytest.mark.parametrize("method", ["prefetch_related", "select_related"])
    def test_ahead(self, ann, django_assert_num_queries, method):
        """Prefetched in one SQL query; DynamoDB joins nothing, so select_related does the same."""
        with django_assert_num_queries(1):
            assert {note.owner for note in getattr(Note.objects, method)("owner")} == {ann}

    def test_gone(self, ann):
        """Deleting the row leaves the items alone; following the key then raises as for any row that is gone."""
        ann.delete()
        note = Note.objects.first()
        with pytest.raises(get_user_model().DoesNotExist):
            note.owner  # noqa: B018  # reads it


class TestItemToItem:
    """From an item to another."""

    @pytest.mark.parametrize("method", ["prefetch_related", "select_related"])
    def test_ahead(self, dynamodb, sent, method):
        """The objects of a foreign key are read together, by their keys."""
        tickets = [Ticket.objects.create(title=title) for title in "ab"]
        for number, ticket in enumerate([*tickets, tickets[0], None]):
            Issue.objects.create(project="x", number=number, ticket=ticket)
        sent.calls.clear()
        found = list(getattr(Issue.objects.query("x"), method)("ticket"))
        assert [issue.ticket and issue.ticket.title for issue in found] == ["a", "b", "a", None]
        assert [operation for operation, _body in sent.calls] == ["Query", "BatchGetItem"]

    def test_only_for_prefetching(self):
        """An expression written for SQL finds no field to join by."""
        with pytest.raises(UnsupportedError, match=r"testapp\.Issue: 'title' in an expression"):
            F("title").resolve_expression(Issue.objects.all().query)


class TestReverse:
    """From a row to its items."""

    def test_by_index(self, ann, sent, django_assert_num_queries):
        """The index serves the reverse manager, in the order of its sort key; SQL is not asked."""
        with django_assert_num_queries(0):
            assert texts(ann.notes.order_by("-written")) == "ba"
            assert (ann.notes.count(), ann.notes.exists(), ann.notes.latest("written").text) == (2, True, "b")
        assert {body["IndexName"] for body in sent.payloads} == {"by_owner"}

    def test_knows_its_row(self, ann, django_assert_num_queries):
        """Items of a reverse manager know their row without reading it."""
        with django_assert_num_queries(0):
            assert {note.owner for note in ann.notes.all()} == {ann}

    def test_without_index(self, ann):
        """Without an index it would be a scan, which names the index to add."""
        with pytest.raises(ScanForbidden, match='GlobalIndex\\("by_owner", "owner"\\)'):
            list(ann.everything_set.all())

    def test_create(self, ann):
        """The reverse manager creates, and gets or creates."""
        assert ann.notes.create(text="c").owner_id == ann.pk
        assert ann.notes.count() == 3

    def test_add(self, ann):
        """An object is added by saving it."""
        note = Note.objects.create(text="c")
        ann.notes.add(note, bulk=False)
        assert Note.objects.get(pk=note.pk).owner == ann

    def test_remove_and_clear(self, ann):
        """Removing sets the key to nothing, item by item."""
        ann.notes.remove(ann.notes.first())
        assert ann.notes.count() == 1
        ann.notes.clear()
        assert (ann.notes.count(), Note.objects.count()) == (0, 2)

    def test_prefetch(self, ann):
        """Many rows at once would be many partitions: no hidden scan, but one where scans are allowed."""
        users = get_user_model().objects.prefetch_related("notes")
        with pytest.raises(ScanForbidden):
            list(users)
        with override_settings(DYNAMODB={"default": {**settings.DYNAMODB["default"], "SCAN": "allow"}}):
            assert [sorted(texts(user.notes.all())) for user in users.all()] == [["a", "b"]]

    def test_prefetch_back(self, ann, django_assert_num_queries):
        """Items of a prefetch lead back to their row without another query."""
        scan = Prefetch("notes", queryset=Note.objects.scan())
        with django_assert_num_queries(1):
            (user,) = get_user_model().objects.prefetch_related(scan)
            assert {note.owner.username for note in user.notes.all()} == {"ann"}


class TestFilters:
    """Foreign keys in filters."""

    @pytest.mark.parametrize("lookup", ["owner", "owner_id", "owner__pk", "owner__id", "owner__exact"])
    def test_spellings(self, ann, lookup):
        """Each of Django's ways to say the key, by object or value."""
        assert Note.objects.filter(**{lookup: ann.pk}).count() == 2
        if lookup != "owner_id":
            assert Note.objects.filter(**{lookup: ann}).count() == 2

    def test_in(self, ann):
        """A list of rows, or a query set of them, filters a scan."""
        for users in ([ann], get_user_model().objects.all(), [ann.pk]):
            assert Note.objects.scan(owner__in=users).count() == 2

    def test_join(self, ann):
        """A filter on the row's own fields is a join."""
        with pytest.raises(UnsupportedLookupError, match="joins nothing"):
            Note.objects.filter(owner__username="ann")

    def test_null(self, ann):
        """Items without a row."""
        Everything.objects.create(code="x")
        assert Everything.objects.scan(owner=None).count() == 1
        assert Everything.objects.scan(owner__isnull=False).count() == 0


def test_no_action_of_sql_on_our_table(ann):
    """The foreign key of an item does nothing when the row is deleted: SQL has no such table."""
    assert Note._meta.get_field("owner").remote_field.on_delete is django_models.DO_NOTHING
    assert ann.delete()[0] == 1
    assert Note.objects.count() == 2

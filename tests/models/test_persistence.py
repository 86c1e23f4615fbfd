"""Tests what saving, deleting and reloading one object sends, and what a failure leaves behind."""

import copy
import datetime as dt
import pickle

import pytest
from django.db import IntegrityError
from django.db.models import F, Q
from django.utils import timezone

from django_dynamodb.exceptions import (
    ConditionFailedError,
    ConflictError,
    InvalidKeyError,
    InvalidValueError,
    ItemDeletedError,
    OverwriteError,
    ServiceUnavailableError,
    UnsupportedError,
)
from tests.testapp.models import Everything, Thread, Ticket

POSTED = dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=dt.UTC)


def make(**values):
    """A thread that is not stored yet."""
    return Thread(**{"forum": "AWS", "subject": "S3", "author": "me", "posted": POSTED, "views": 1, **values})


@pytest.fixture
def thread(sent):
    """A stored thread, loaded; its calls are forgotten."""
    make(tags={"a"}, meta={"n": [1]}).save()
    loaded = Thread.objects.get("AWS", "S3")
    sent.clear()
    return loaded


def stored(subject="S3"):
    """The thread as it is stored."""
    return Thread.objects.get("AWS", subject, consistent_read=True)


def raw(instance):
    """The raw item of an object, by the plain client."""
    table = type(instance)._meta.open_table()
    return table.get(instance._meta.mapper.schema.key_of(instance.to_item()), consistent=True)


def put_raw(instance, **attributes):
    """Writes attributes into a stored item past the model."""
    table = type(instance)._meta.open_table()
    table.put({**raw(instance), **attributes})


def picture(instance):
    """Everything an object holds, its snapshot included."""
    state = instance._state
    values = {name: value for name, value in vars(instance).items() if not name.startswith("_")}
    return copy.deepcopy((values, vars(state)))


# -- new objects ------------------------------------------------------------------------------------------------


def test_new_object_is_put(sent):
    """A new object is one unconditional PutItem of the whole item."""
    make(tags={"b", "a"}).save()
    ((operation, payload),) = sent.calls
    assert operation == "PutItem"
    assert "ConditionExpression" not in payload
    assert payload["Item"] == {
        "forum": {"S": "AWS"},
        "subject": {"S": "S3"},
        "author": {"S": "me"},
        "posted": {"S": "2024-01-02T03:04:05.000000+00:00"},
        "views": {"N": "1"},
        "tags": {"SS": ["a", "b"]},
        "meta": {"M": {}},
    }


def test_new_object_replaces(thread):
    """A new object takes the place of what is stored, attributes it does not know included."""
    put_raw(thread, other={"S": "x"})
    make(author="you").save()
    assert stored().author == "you"
    assert "other" not in raw(thread)


def test_saved_object_is_loaded(sent):
    """After the first save the object is as if loaded: the next save is an update of what changed."""
    thread = make()
    thread.save()
    assert not thread._state.adding
    thread.views = 2
    thread.save()
    assert sent.operations == ["PutItem", "UpdateItem"]
    assert sent.values == {"views": {"N": "2"}}


def test_expression_in_a_new_object(sent):
    """F() in a new object is refused: there is nothing stored to compute with."""
    with pytest.raises(InvalidValueError, match=r"testapp\.Thread\.views.*F\(\)"):
        make(views=F("views") + 1).save()
    assert not sent.calls


# -- loaded objects ---------------------------------------------------------------------------------------------


def test_only_changes_are_sent(thread, sent):
    """A loaded object is one UpdateItem of the changed attributes, guarded by the item's existence."""
    thread.author = "you"
    thread.save()
    ((operation, payload),) = sent.calls
    assert operation == "UpdateItem"
    assert payload["Key"] == {"forum": {"S": "AWS"}, "subject": {"S": "S3"}}
    assert sent.values == {"author": {"S": "you"}}
    assert payload["ConditionExpression"].startswith("attribute_exists(")


def test_nothing_changed(thread, sent):
    """A loaded object without changes makes no call."""
    thread.save()
    thread.author = str(thread.author)
    thread.save()
    assert not sent.calls


def test_saved_twice(thread, sent):
    """A change is sent once."""
    thread.views = 5
    thread.save()
    thread.save()
    assert sent.operations == ["UpdateItem"]


def test_emptied_attributes_are_removed(thread, sent):
    """What became an empty set is removed from the item."""
    thread.tags = set()
    thread.save()
    assert sent.values == {"tags": None}
    assert "tags" not in raw(thread)
    assert stored().tags == set()


@pytest.mark.parametrize(
    ("edit", "attribute"),
    [
        (lambda t: t.tags.add("b"), "tags"),
        (lambda t: t.meta.update(m=1), "meta"),
        (lambda t: t.meta["n"].append(2), "meta"),
        (lambda t: t.tags.clear(), "tags"),
    ],
)
def test_edits_in_place_are_seen(thread, sent, edit, attribute):
    """A set, a document or a list inside it that was changed in place is a change."""
    edit(thread)
    thread.save()
    assert sent.values.keys() == {attribute}
    assert getattr(stored(), attribute) == getattr(thread, attribute)


def test_edits_in_place_after_a_save(sent):
    """The snapshot of a saved object does not share its mutable values."""
    thread = make(meta={"n": [1]})
    thread.save()
    thread.meta["n"].append(2)
    thread.save()
    assert stored().meta == {"n": [1, 2]}


def test_unknown_attributes_survive(thread, sent):
    """Attributes that the model does not know stay in the item."""
    put_raw(thread, other={"S": "x"})
    for loaded in (thread, stored()):
        loaded.views += 1
        loaded.save()
        assert raw(thread)["other"] == {"S": "x"}


def test_deleted_meanwhile(thread, sent):
    """A loaded object whose item is gone raises and brings back no fragment."""
    stored().delete()
    thread.views = 9
    with pytest.raises(ItemDeletedError, match=r"testapp\.Thread 'AWS~S3'.*force_insert=True"):
        thread.save()
    assert not Thread.objects.filter(pk="AWS~S3").exists()


def test_changed_key(thread, sent):
    """A stored object keeps its key: the error names the field, and nothing is sent."""
    thread.subject = "other"
    with pytest.raises(InvalidKeyError, match=r"testapp\.Thread\.subject.*Create a new object"):
        thread.save()
    assert not sent.calls


def test_copy_under_another_key(thread, sent):
    """Django's way to copy a row works: a new key, and ``_state.adding``."""
    thread.subject = "copy"
    thread._state.adding = True
    thread.save()
    assert sent.operations == ["PutItem"]
    assert stored("copy").tags == {"a"}


def test_force_update(sent):
    """force_update needs an item: a new object becomes an update, and fails without one."""
    with pytest.raises(ItemDeletedError):
        make().save(force_update=True)
    assert sent.operations == ["UpdateItem"]


def test_force_update_without_changes(thread, sent):
    """force_update asks the service even when nothing changed."""
    thread.save(force_update=True)
    assert sent.operations == ["UpdateItem"]


# -- deferred attributes ----------------------------------------------------------------------------------------


def test_deferred_attributes_are_never_written(thread, sent):
    """What was not loaded is not written."""
    partial = Thread.objects.only("views").get("AWS", "S3")
    partial.views = 3
    sent.clear()
    partial.save()
    assert sent.values == {"views": {"N": "3"}}
    assert stored().meta == {"n": [1]}
    assert "author" in partial.get_deferred_fields()


def test_deferred_attribute_that_was_assigned(thread, sent):
    """A deferred attribute that was given a value is written, without being read first."""
    partial = Thread.objects.only("views").get("AWS", "S3")
    sent.clear()
    partial.author, partial.tags = "you", set()
    partial.save()
    assert sent.operations == ["UpdateItem"]
    assert sent.values == {"author": {"S": "you"}, "tags": None}


def test_deferred_attributes_are_not_compared(thread, sent):
    """A conflict is about what was read: a change elsewhere is none."""
    partial = Thread.objects.only("views").get("AWS", "S3")
    thread.author = "you"
    thread.save()
    partial.views = 3
    partial.save(raise_on_conflict=True)
    assert (stored().views, stored().author) == (3, "you")


def test_deferred_attribute_that_was_read_later(thread, sent):
    """A deferred attribute that loaded itself is compared and written as any other."""
    partial = Thread.objects.only("views").get("AWS", "S3")
    assert partial.tags == {"a"}
    partial.tags.add("b")
    sent.clear()
    partial.save()
    assert sent.values == {"tags": {"SS": ["a", "b"]}}


# -- conflicts --------------------------------------------------------------------------------------------------


def test_conflict_of_a_new_object(thread, sent):
    """A new object saved with raise_on_conflict must not exist."""
    before = raw(thread)
    with pytest.raises(OverwriteError, match=r"testapp\.Thread 'AWS~S3' exists already"):
        make(author="you").save(raise_on_conflict=True)
    assert raw(thread) == before


@pytest.mark.parametrize("create", [lambda: Thread.objects.create(forum="AWS", subject="S3"),
                                    lambda: make().save(force_insert=True)])  # fmt: skip
def test_insert_of_what_exists(thread, create):
    """create() and force_insert refuse to overwrite, by an error that is an IntegrityError too."""
    with pytest.raises(IntegrityError) as caught:
        create()
    assert isinstance(caught.value, OverwriteError)
    assert isinstance(caught.value, ConflictError)
    assert caught.value.item["author"] == {"S": "me"}


def test_conflict_of_a_loaded_object(thread, sent):
    """A loaded object saved with raise_on_conflict fails when any attribute changed, and says which."""
    other = stored()
    other.tags.add("b")
    other.views = 7
    other.save()
    thread.author = "you"
    with pytest.raises(ConflictError, match=r"changed by someone else .*\(views, tags\)") as caught:
        thread.save(raise_on_conflict=True)
    assert not isinstance(caught.value, OverwriteError)
    assert stored().author == "me"


def test_conflict_of_an_absent_attribute(sent):
    """An attribute that was absent must still be absent."""
    make().save()
    loaded, other = stored(), stored()
    other.tags = {"new"}
    other.save()
    with pytest.raises(ConflictError, match=r"\(tags\)"):
        loaded.save(raise_on_conflict=True)


def test_conflict_of_an_unknown_attribute(thread, sent):
    """Attributes outside the schema are compared too, if they were read."""
    put_raw(thread, other={"S": "x"})
    loaded = stored()
    put_raw(thread, other={"S": "y"})
    with pytest.raises(ConflictError, match=r"\(other\)"):
        loaded.save(raise_on_conflict=True)


def test_conflict_with_a_deletion(thread, sent):
    """A deleted item is a conflict of its own kind."""
    stored().delete()
    with pytest.raises(ItemDeletedError):
        thread.save(raise_on_conflict=True)


def test_no_conflict(thread, sent):
    """Without a change elsewhere the save goes through, and the next one too."""
    thread.views = 2
    thread.save(raise_on_conflict=True)
    thread.tags = {"x", "y"}
    thread.save(raise_on_conflict=True)
    thread.save(raise_on_conflict=True)
    assert (stored().views, stored().tags) == (2, {"x", "y"})


# -- conditions -------------------------------------------------------------------------------------------------


def test_condition_that_holds(thread, sent):
    """save(condition=Q()) goes through when the stored item matches."""
    thread.views = 2
    thread.save(condition=Q(author="me") & Q(views__lt=2))
    assert stored().views == 2


def test_condition_that_fails(thread, sent):
    """It raises when the stored item does not match, hands that item over and writes nothing."""
    thread.views = 2
    with pytest.raises(ConditionFailedError, match=r"testapp\.Thread 'AWS~S3'.*condition") as caught:
        thread.save(condition=Q(author="you"))
    assert not isinstance(caught.value, ConflictError)
    assert caught.value.item["author"] == {"S": "me"}
    assert stored().views == 1


def test_condition_without_changes(thread, sent):
    """A condition is asked even when nothing changed."""
    with pytest.raises(ConditionFailedError):
        thread.save(condition=Q(author="you"))
    thread.save(condition=Q(author="me"))
    assert sent.operations == ["UpdateItem", "UpdateItem"]


def test_condition_on_a_new_object(thread, sent):
    """A new object may be put on a condition on what it replaces."""
    with pytest.raises(ConditionFailedError):
        make(author="you").save(condition=Q(views__gt=5))
    make(author="you").save(condition=Q(views=1))
    assert stored().author == "you"


def test_condition_and_insert(thread, sent):
    """With force_insert as well, an item that exists is an OverwriteError, whatever the condition says."""
    with pytest.raises(OverwriteError):
        make().save(force_insert=True, condition=Q(views=1))


@pytest.mark.parametrize("write", [Thread.save, Thread.delete])
def test_condition_that_nothing_meets(thread, sent, write):
    """A condition that nothing can meet fails without a call."""
    with pytest.raises(ConditionFailedError, match=r"testapp\.Thread 'AWS~S3'.*nor can any object.*views__in"):
        write(thread, condition=Q(views__in=[]))
    assert not sent.calls


def test_condition_on_delete(thread, sent):
    """delete(condition=Q()) deletes only what matches."""
    with pytest.raises(ConditionFailedError):
        thread.delete(condition=Q(views=2))
    assert thread.delete(condition=Q(views=1)) == (1, {"testapp.Thread": 1})


# -- failures ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "failing",
    [
        lambda t: t.save(raise_on_conflict=True),
        lambda t: t.save(condition=Q(author="nobody")),
        lambda t: t.save(force_insert=True),
        lambda t: t.delete(raise_on_conflict=True),
        lambda t: t.delete(condition=Q(author="nobody")),
    ],
)
def test_failure_leaves_the_object(thread, sent, failing):
    """After a failure the object and its snapshot are as before, and the next save works."""
    other = stored()
    other.views = 50
    other.save()
    thread.author = "you"
    before = picture(thread)
    with pytest.raises(ConditionFailedError):
        failing(thread)
    assert picture(thread) == before
    thread.save()
    assert (stored().author, stored().views) == ("you", 50)


def test_lost_answer_leaves_the_object(thread, sent):
    """An error of the service, too, leaves the object as it was."""

    def fail(payload, send):
        send()
        raise ServiceUnavailableError("gone")

    sent.instead("UpdateItem", fail)
    thread.views = 2
    before = picture(thread)
    with pytest.raises(ServiceUnavailableError):
        thread.save()
    assert picture(thread) == before


def test_failed_insert_leaves_auto_now_and_key(sent):
    """A failed insert takes back what it filled in: the number and the time of update."""

    def fail(payload, send):
        raise ServiceUnavailableError("gone")

    sent.instead("PutItem", fail)
    ticket = Ticket(title="x")
    with pytest.raises(ServiceUnavailableError):
        ticket.save()
    assert (ticket.pk, ticket.updated, ticket._state.adding) == (None, None, True)


def test_failed_update_leaves_auto_now(sent):
    """A failed update takes back the time of update."""
    ticket = Ticket.objects.create(title="x")
    before = ticket.updated
    other = Ticket.objects.get(ticket.pk)
    other.title = "y"
    other.save()
    with pytest.raises(ConflictError):
        ticket.save(raise_on_conflict=True)
    assert ticket.updated == before


def test_auto_now_is_a_change(sent):
    """A model with auto_now is written at each save, as in Django: the time of update changes."""
    ticket = Ticket.objects.create(title="x")
    sent.clear()
    ticket.save()
    assert sent.values.keys() == {"updated"}
    assert Ticket.objects.get(ticket.pk).updated == ticket.updated


def test_bad_value_leaves_the_object(thread, sent):
    """A value that cannot be stored is found before the call, and the object stays as it is."""
    thread.views = "many"
    before = picture(thread)
    with pytest.raises(InvalidValueError, match=r"testapp\.Thread\.views"):
        thread.save()
    assert picture(thread) == before
    assert not sent.calls


# -- expressions ------------------------------------------------------------------------------------------------


def test_expression(thread, sent):
    """F() is computed by the service, on what is stored there, and the object gets the result."""
    other = stored()
    other.views = 10
    other.save()
    thread.views = F("views") + 5
    thread.save()
    assert thread.views == 15
    sent.clear()
    thread.save()
    assert not sent.calls


@pytest.mark.parametrize(
    ("expression", "result"), [(F("views") - 3, -2), (F("views"), 1), (3 + F("views"), 4), (F("views") + F("views"), 2)]
)
def test_expressions(thread, expression, result):
    """Another field, sums and differences can be computed."""
    thread.views = expression
    thread.save()
    assert thread.views == stored().views == result


def test_expression_and_plain_change(thread, sent):
    """An expression and plain changes go out in one call."""
    thread.views, thread.author = F("views") + 1, "you"
    thread.save()
    assert sent.operations == ["UpdateItem"]
    assert (stored().views, stored().author) == (2, "you")


@pytest.mark.parametrize("expression", [F("views") * 2, F("views") / 2, F("views") % 2, F("views") ** 2])
def test_expression_that_dynamodb_lacks(thread, sent, expression):
    """Other arithmetic is refused, with the alternative."""
    thread.views = expression
    with pytest.raises(UnsupportedError, match=r"testapp\.Thread\.views.*Compute the value in Python"):
        thread.save()
    assert not sent.calls


def test_expression_after_a_failure(thread, sent):
    """A failed save keeps the expression."""
    thread.views = F("views") + 1
    with pytest.raises(ConditionFailedError):
        thread.save(condition=Q(author="you"))
    thread.save()
    assert thread.views == 2


# -- update_fields ----------------------------------------------------------------------------------------------


def test_update_fields(thread, sent):
    """update_fields writes these fields and no others; the others stay changed."""
    thread.views, thread.author = 2, "you"
    thread.save(update_fields=["views"])
    assert sent.values == {"views": {"N": "2"}}
    thread.save()
    assert sent.values == {"author": {"S": "you"}}


def test_no_update_fields(thread, sent):
    """An empty list writes nothing."""
    thread.views = 2
    thread.save(update_fields=[])
    assert not sent.calls


def test_unknown_update_fields(thread, sent):
    """A name that is no field, or part of the key, is refused."""
    with pytest.raises(ValueError, match=r"testapp\.Thread: update_fields names nothing, subject"):
        thread.save(update_fields=["nothing", "subject", "views"])


def test_update_fields_look_at_nothing_else(thread, sent):
    """What is not to be written may hold anything."""
    thread.author, thread.views, thread.meta = "you", F("views") + 1, object()
    thread.save(update_fields=["author"])
    assert sent.values == {"author": {"S": "you"}}


def test_update_fields_leave_auto_now(sent):
    """auto_now fields that are not named keep their value, as in Django."""
    ticket = Ticket.objects.create(title="x")
    before = ticket.updated
    ticket.title = "y"
    ticket.save(update_fields=["title"])
    assert ticket.updated == before == Ticket.objects.get(ticket.pk).updated


def test_update_fields_of_a_new_object(thread, sent):
    """A new object with update_fields updates the stored item; what it did not write it does not take for stored."""
    new = make(author="you", views=8)
    new.save(update_fields=["views"])
    assert (stored().author, stored().views) == ("me", 8)
    new.save()
    assert stored().author == "you"


def test_update_fields_of_a_missing_item(sent):
    """update_fields never creates an item."""
    with pytest.raises(ItemDeletedError):
        make().save(update_fields=["views"])
    assert Thread.objects.count() == 0


# -- deleting ---------------------------------------------------------------------------------------------------


def test_delete(thread, sent):
    """delete() deletes the item and counts it; the second time there is none."""
    assert thread.delete() == (1, {"testapp.Thread": 1})
    assert thread.delete() == (0, {"testapp.Thread": 0})
    assert sent.operations == ["DeleteItem", "DeleteItem"]


def test_delete_whatever_is_stored(thread, sent):
    """Without raise_on_conflict the item goes, changed or not."""
    other = stored()
    other.views = 2
    other.save()
    assert thread.delete()[0] == 1


def test_delete_with_conflict(thread, sent):
    """With it, a change elsewhere keeps the item."""
    other = stored()
    other.views = 2
    other.save()
    with pytest.raises(ConflictError, match=r"\(views\)"):
        thread.delete(raise_on_conflict=True)
    assert stored().views == 2
    assert other.delete(raise_on_conflict=True)[0] == 1


def test_delete_of_a_deleted_item(thread, sent):
    """With it, an item that is gone is a conflict too."""
    stored().delete()
    with pytest.raises(ItemDeletedError):
        thread.delete(raise_on_conflict=True)


def test_delete_of_what_was_never_saved(sent):
    """A never-saved object deleted with raise_on_conflict raises, without a call."""
    with pytest.raises(ConflictError, match=r"testapp\.Thread.*never loaded or saved"):
        make().delete(raise_on_conflict=True)
    assert not sent.calls


def test_delete_by_key_alone(thread, sent):
    """Without it, an object made of a key deletes what is stored there."""
    assert Thread(forum="AWS", subject="S3").delete()[0] == 1


def test_save_after_delete(thread, sent):
    """After a delete a save is an insert of the whole object."""
    thread.delete()
    assert (thread.pk, thread._state.adding) == ("AWS~S3", True)
    thread.save(raise_on_conflict=True)
    assert sent.operations == ["DeleteItem", "PutItem"]
    assert stored().tags == {"a"}


def test_delete_without_a_key(sent):
    """An object without a key cannot be deleted."""
    with pytest.raises(ValueError, match="without a key"):
        Thread(forum="AWS").delete()


# -- reloading --------------------------------------------------------------------------------------------------


def test_refresh(thread, sent):
    """refresh_from_db reads consistently; values and snapshot are those that are stored."""
    other = stored()
    other.views = 2
    other.save()
    thread.author = "mine"
    sent.clear()
    thread.refresh_from_db()
    ((operation, payload),) = sent.calls
    assert (operation, payload["ConsistentRead"]) == ("GetItem", True)
    assert (thread.views, thread.author) == (2, "me")
    thread.save(raise_on_conflict=True)


def test_partial_refresh(thread, sent):
    """Named fields are read and compared anew, all others keep value and snapshot."""
    other = stored()
    other.views, other.author = 2, "you"
    other.save()
    thread.tags = {"mine"}
    thread.refresh_from_db(fields=["views"])
    assert (thread.views, thread.author, thread.tags) == (2, "me", {"mine"})
    with pytest.raises(ConflictError, match=r"\(author\)"):
        thread.save(raise_on_conflict=True)


def test_refresh_keeps_deferred_fields(thread, sent):
    """A whole refresh reads what is loaded, and leaves deferred what is not."""
    partial = Thread.objects.only("views").get("AWS", "S3")
    thread.views = 2
    thread.save()
    partial.refresh_from_db()
    assert partial.views == 2
    assert "author" in partial.get_deferred_fields()


def test_refresh_of_a_deleted_item(thread, sent):
    """An item that is gone raises DoesNotExist and leaves the object as it was."""
    stored().delete()
    before = picture(thread)
    with pytest.raises(Thread.DoesNotExist):
        thread.refresh_from_db()
    assert picture(thread) == before


def test_refresh_sees_removed_attributes(thread, sent):
    """An attribute that was removed is empty after a refresh."""
    other = stored()
    other.tags = set()
    other.save()
    thread.refresh_from_db()
    assert thread.tags == set()
    thread.save(raise_on_conflict=True)


# -- copies -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("copied", [lambda o: pickle.loads(pickle.dumps(o)), copy.copy, copy.deepcopy])
def test_copies(thread, sent, copied):
    """A pickled or copied object is equal, knows what it was loaded from, and goes its own way."""
    twin = copied(thread)
    assert twin == thread
    twin.save(raise_on_conflict=True)
    twin.views = 2
    twin.save()
    assert sent.values == {"views": {"N": "2"}}
    assert thread.views == 1
    with pytest.raises(ConflictError, match=r"\(views\)"):
        thread.save(raise_on_conflict=True)


def test_copy_of_a_deferred_object(thread, sent):
    """Deferred fields of a pickled object stay deferred."""
    twin = pickle.loads(pickle.dumps(Thread.objects.only("views").get("AWS", "S3")))
    assert "author" in twin.get_deferred_fields()
    assert twin.author == "me"


# -- items ------------------------------------------------------------------------------------------------------


def test_item_with_bytes(sent):
    """from_item takes bytes, as boto3 gives them; such an object can be saved and compared."""
    Everything(code="a", blob=b"\x00\x01", blobs={b"x"}, text="t").save()
    item = {"code": {"S": "a"}, "text": {"S": "t"}, "flag": {"BOOL": False}, "slug": {"S": ""}, "upload": {"S": ""},
            "blob": {"B": b"\x00\x01"}, "blobs": {"BS": [b"x"]}}  # fmt: skip
    loaded = Everything.from_item(item)
    assert (loaded.blob, loaded.blobs) == (b"\x00\x01", {b"x"})
    sent.clear()
    loaded.save()
    assert not sent.calls
    loaded.save(raise_on_conflict=True)


def test_untracked(thread, sent):
    """An object read without a snapshot writes every field, still never a new item."""
    loaded = Thread.objects.filter(forum="AWS").untracked()[0]
    loaded.views = 3
    sent.clear()
    loaded.save()
    assert sent.operations == ["UpdateItem"]
    assert sent.values.keys() == {"author", "posted", "views", "tags", "meta"}
    stored().delete()
    with pytest.raises(ItemDeletedError):
        loaded.save(force_update=True)


def test_times_survive(sent):
    """A time read back is the time written, to the microsecond."""
    moment = timezone.now()
    make(posted=moment).save()
    assert stored().posted == moment

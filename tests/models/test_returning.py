"""Tests what updates, saves and deletes give back: objects as they were stored before or after."""

import pytest
from asgiref.sync import async_to_sync
from django.db.models import F, signals

from django_dynamodb import models
from django_dynamodb.exceptions import ConflictError, UnsupportedError
from tests.testapp.models import Account, Everything, Thread


@pytest.fixture
def row(dynamodb):
    """A stored thread."""
    return Thread.objects.create(forum="AWS", subject="a", author="ada", views=1, tags={"x"}, meta={"a": 1, "b": 2})


def one(**lookups):
    """The thread, if it matches."""
    return Thread.objects.filter(pk="AWS~a", **lookups)


def test_new_and_old(row, sent):
    """The objects are whole, as the same call left or found them."""
    sent.clear()
    (new,) = one().returning("new").update(views=models.Increment(2), meta__c=3)
    (old,) = one().returning("old").update(views=models.Increment(2), author=None)
    assert (new.views, new.author, new.meta) == (3, "ada", {"a": 1, "b": 2, "c": 3})
    assert (old.views, old.author) == (3, "ada")
    assert sent.operations == ["UpdateItem", "UpdateItem"]
    assert not new._state.adding


def test_updated_values(row, sent):
    """The fields of the update are there, whole documents too; the others load when they are used."""
    (new,) = one().returning("updated_new").update(meta__a=5)
    (old,) = one().returning("updated_old").update(meta__a=7, views=F("views") + 1)
    assert new.get_deferred_fields() == {"author", "posted", "views", "tags"}
    assert (new.meta, old.meta, old.views, new.pk) == ({"a": 5, "b": 2}, {"a": 5, "b": 2}, 1, "AWS~a")
    assert new.author == "ada"


def test_a_returned_object_can_be_saved(row):
    """It is a loaded object: it saves what changes, and an old one conflicts."""
    (new,) = one().returning("new").update(views=5)
    new.author = "eve"
    new.save(raise_on_conflict=True)
    (old,) = one().returning("old").update(views=6)
    old.author = "bob"
    with pytest.raises(ConflictError, match="views"):
        old.save(raise_on_conflict=True)


def test_stamps_and_versions_are_updated_too(dynamodb):
    """What an update sets by itself is among its fields."""
    Account.objects.create(owner="ada", balance=1)
    (new,) = Account.objects.filter(owner="ada").returning("updated_new").update(balance=models.Increment())
    assert (new.balance, new.version, new.get_deferred_fields()) == (2, 2, {"state", "created"})


def test_no_match(row):
    """What does not match is not changed and not returned."""
    assert one(author="eve").returning("new").update(views=9) == []
    assert Thread.objects.none().returning("old").update(views=9) == []
    assert one().returning("new").update() == []
    assert one(author="eve").returning("old").delete() == []
    assert one().get().views == 1


def test_several(row):
    """Each object that was changed comes back."""
    Thread.objects.create(forum="AWS", subject="b")
    changed = Thread.objects.query("AWS").returning("new").update(views=models.Increment(10))
    assert [(thread.subject, thread.views) for thread in changed] == [("a", 11), ("b", 10)]


def test_delete(row):
    """Deleted objects come back as they were stored at that moment; a save makes one anew."""
    told = []

    def tell(instance, **kwargs):
        told.append(instance.views)

    signals.post_delete.connect(tell, sender=Thread)
    (gone,) = one().returning("old").delete()
    signals.post_delete.disconnect(tell, sender=Thread)
    assert (gone.views, gone.tags, told) == (1, {"x"}, [1])
    assert not one().exists()
    gone.save(force_insert=True)
    assert one().exists()


def test_delete_of_an_object(row):
    """The object takes over what was stored when it was deleted, and says when there was nothing."""
    one().update(views=7)
    assert row.delete(returning="old")[0] == 1
    assert (row.views, row._state.adding) == (7, True)
    assert row.delete(returning="old")[0] == 0


def test_save(row, sent):
    """The object takes over the whole item as the same call leaves it, even if it has nothing to change itself."""
    Everything.objects.create(code="a", number=1)
    mine = Everything.objects.only("number").get(code="a")
    Everything.objects.filter(code="a").update(text="theirs", number=5)
    mine.number = F("number") + 1
    sent.clear()
    mine.save(returning="new")
    assert (mine.number, mine.text, mine.get_deferred_fields()) == (6, "theirs", set())
    assert sent.operations == ["UpdateItem"]
    Everything.objects.filter(code="a").update(text="again")
    mine.save(returning="new")
    assert mine.text == "again"
    mine.save(raise_on_conflict=True)


def test_save_of_a_new_object(dynamodb):
    """A new object is what it writes."""
    made = Everything(code="a", number=1)
    made.save(returning="new")
    assert made.number == 1


def test_without_returning_a_save_takes_over_what_was_computed(row):
    """An expression becomes its value in the same call; other fields stay as they were loaded."""
    one().update(author="eve", views=10)
    row.views = F("views") + 1
    row.save()
    assert (row.views, row.author) == (11, "ada")


@pytest.mark.parametrize("what", ["NEW", "all", None])
def test_other_words(dynamodb, what):
    """Other words are refused with those there are."""
    with pytest.raises(ValueError, match="it is one of 'new', 'old', 'updated_new', 'updated_old'"):
        Thread.objects.all().returning(what)
    for method in ("save", "delete"):
        if what is not None:
            with pytest.raises(ValueError, match=rf"{method}\(returning='{what}'\)"):
                getattr(Thread(forum="a", subject="b"), method)(returning=what)


def test_what_makes_no_sense(dynamodb):
    """Nothing is stored after a delete, and slices and values are refused as without returning()."""
    with pytest.raises(UnsupportedError, match=r"returning\('new'\).delete\(\): nothing is stored after"):
        Thread.objects.all().returning("new").delete()
    with pytest.raises(TypeError, match="slice"):
        Thread.objects.all()[:2].returning("new").update(views=1)
    with pytest.raises(UnsupportedError, match="keys cannot change"):
        Thread.objects.all().returning("updated_new").update(pk="a~b")
    with pytest.raises(TypeError, match="limit"):
        Thread.objects.all()[:2].returning("old").delete()
    with pytest.raises(TypeError, match="values"):
        Thread.objects.values("views").returning("old").delete()


def test_async(dynamodb):
    """The twins do the same."""

    async def story():
        await Thread.objects.acreate(forum="AWS", subject="a", views=1)
        (new,) = await one().returning("new").aupdate(views=models.Increment())
        (old,) = await one().returning("old").adelete()
        await new.asave(force_insert=True)
        await new.asave(returning="new")
        await new.adelete(returning="old")
        return new.views, old.views

    assert async_to_sync(story)() == (2, 2)


def test_not_of_a_manager():
    """As delete(), it is no method of a manager: everything is named by all()."""
    assert not hasattr(Thread.objects, "returning")

"""Holds that stored items are brought to their present version once, whatever others do meanwhile."""

import pytest

from django_dynamodb import models
from django_dynamodb.exceptions import ConflictError, ItemTooLargeError, MaxRetriesExceededError, VersionError
from django_dynamodb.models.upgrades import TRIES, upgrade
from tests.versioned import Versioned

pytestmark = pytest.mark.dynamodb

FOURTH = {"code": {"S": "a"}, "first": {"S": "Ada"}, "last": {"S": "Lovelace"}, "visits": {"N": "1"}, "v": {"N": "4"}}


def outcome(done):
    """What became of an item."""
    return done.outcome, done.found, done.conflicts


def test_an_old_item_is_written(people, sent):
    """An older item is written in its present version by one update; a second time there is nothing to do."""
    item = people.put_first(odd={"S": "kept"})
    sent.clear()
    assert outcome(upgrade(people.model, people.table, item)) == ("migrated", 1, 0)
    assert sent.operations == ["UpdateItem"]
    assert people.stored() == {**FOURTH, "odd": {"S": "kept"}}
    assert outcome(upgrade(people.model, people.table, people.stored())) == ("current", 4, 0)


def test_a_dry_run_writes_nothing(people, sent):
    """The migrations run, and nothing is sent."""
    item = people.put_first()
    sent.clear()
    assert outcome(upgrade(people.model, people.table, item, dry_run=True)) == ("migrated", 1, 0)
    assert sent.calls == []


def test_a_change_meanwhile_is_kept(people):
    """An item that was changed since it was read is read again, and then migrated."""
    item = people.put_first()
    people.put_first(name="Grace Hopper")
    assert outcome(upgrade(people.model, people.table, item)) == ("migrated", 1, 1)
    assert people.stored()["last"] == {"S": "Hopper"}


def test_migrated_meanwhile(people):
    """An item that somebody else migrated in between is left alone."""
    item = people.put_first()
    people.model.objects.get(code="a").save()
    assert outcome(upgrade(people.model, people.table, item)) == ("current", 4, 1)
    assert people.stored() == FOURTH


def test_deleted_meanwhile(people):
    """An item that is gone does not come back."""
    item = people.put_first()
    people.table.delete({"code": {"S": "a"}})
    assert outcome(upgrade(people.model, people.table, item)) == ("gone", 1, 1)
    assert people.stored() is None


def test_changed_again_and_again(people, sent):
    """Where others are faster each time it is given up, with the item as they left it."""
    names = iter(range(100))

    def interfere(payload, send):
        people.put_first(name=f"Ada {next(names)}")
        return send()

    item = people.put_first()
    sent.instead("UpdateItem", interfere)
    with pytest.raises(MaxRetriesExceededError, match=rf"Person 'a' was changed by others each of the {TRIES} times"):
        upgrade(people.model, people.table, item)
    assert people.stored()["name"] == {"S": "Ada 9"}


def test_versions_of_a_field_go_on(declare, dynamodb):
    """A VersionField counts the write, so that an object loaded before is told; it is all that is compared."""
    people = Versioned(declare, edition=models.VersionField())
    item = people.put_first(edition={"N": "3"})
    loaded = people.model.objects.get(code="a")
    assert outcome(upgrade(people.model, people.table, item)) == ("migrated", 1, 0)
    assert people.stored() == {**FOURTH, "edition": {"N": "4"}}
    with pytest.raises(ConflictError):
        loaded.save()


def test_without_a_version_of_the_field_yet(declare, dynamodb):
    """An item from before the VersionField gets its first number."""
    people = Versioned(declare, edition=models.VersionField())
    upgrade(people.model, people.table, people.put_first())
    assert people.stored()["edition"] == {"N": "1"}


def test_a_migration_without_an_effect(declare, dynamodb):
    """Where a migration leaves the item as it is there is nothing to write, and it is not said to be done."""
    model = declare.stored("Plain")
    models.detection(model, 1)(lambda item: False)
    models.detection(model, 2)(lambda item: True)
    models.migration(model, 2)(lambda item: None)
    table = model._meta.open_table()
    table.put({"code": {"S": "a"}})
    assert outcome(upgrade(model, table, {"code": {"S": "a"}})) == ("current", 2, 0)


def test_too_large_afterwards(declare, dynamodb):
    """An item that would grow over 400 KB is refused before the call."""
    people = Versioned(declare)
    models.migration(people.model, 5)(lambda item: item.update(text="x" * 410_000))
    with pytest.raises(ItemTooLargeError):
        upgrade(people.model, people.table, people.put_first())


# -- updates of query sets ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["people", "detected"])
def test_an_update_migrates_before(request, kind):
    """update() changes an item in its present version: an older one is migrated first, with what it holds."""
    versioned = request.getfixturevalue(kind)
    versioned.put_first()
    assert versioned.model.objects.filter(code="a").update(last="King") == 1
    assert {**versioned.stored(), "v": {"N": "4"}} == {**FOURTH, "last": {"S": "King"}}


def test_an_update_of_many(people):
    """Each item of a scan is changed in its present version."""
    people.put_first("a")
    people.put_second("b")
    assert people.model.objects.scan().update(last="King") == 2
    assert {row.last for row in people.model.objects.scan()} == {"King"}


def test_an_update_of_a_present_item_is_one_call(people, sent):
    """An item that is up to date costs no further call."""
    people.model.objects.create(code="a")
    sent.clear()
    assert people.model.objects.filter(code="a").update(last="King") == 1
    assert sent.operations == ["UpdateItem"]


def test_conditions_are_asked_of_the_present_version(people):
    """What a filter asks besides the key is asked after the migration."""
    people.put_first()
    rows = people.model.objects.filter(code="a")
    assert rows.filter(first="Grace").update(last="x") == 0
    assert rows.filter(first="Ada").update(last="x") == 1


@pytest.mark.parametrize("kind", ["people", "detected"])
def test_an_update_of_nothing(request, kind):
    """No item is made by an update, whether it would have to be migrated or not."""
    assert request.getfixturevalue(kind).model.objects.filter(code="no").update(last="x") == 0


def test_an_update_of_an_unknown_version_raises(people):
    """An item of newer code is not counted as one that does not match."""
    people.put("a", v={"N": "5"})
    with pytest.raises(VersionError):
        people.model.objects.filter(code="a").update(last="x")


def test_an_update_beside_another_migration(people, sent):
    """An item that somebody else migrates in between is changed all the same."""

    def interfere(payload, send):
        if {"S": "x"} not in payload["ExpressionAttributeValues"].values():
            people.put("a", first={"S": "Ada"}, last={"S": "L"}, visits={"N": "1"}, v={"N": "4"})
        return send()

    people.put_first()
    sent.instead("UpdateItem", interfere)
    assert people.model.objects.filter(code="a").update(last="x") == 1
    assert people.stored()["last"] == {"S": "x"}


def test_an_update_that_never_gets_through(people, sent):
    """Where others put old items back each time it is given up."""

    def interfere(payload, send):
        if {"S": "x"} in payload["ExpressionAttributeValues"].values():
            people.put_first()
        return send()

    people.put_first()
    sent.instead("UpdateItem", interfere)
    with pytest.raises(MaxRetriesExceededError, match="changed by others"):
        people.model.objects.filter(code="a").update(last="x")

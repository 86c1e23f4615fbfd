"""Holds what is written of an object that was migrated while it was loaded, and that versions never mix."""

import pytest

from django_dynamodb import models, transaction
from django_dynamodb.exceptions import ConflictError, ItemDeletedError, TransactionCanceledError, UnsupportedError
from django_dynamodb.models import F
from tests.versioned import Versioned

pytestmark = pytest.mark.dynamodb

FOURTH = {"code": {"S": "a"}, "first": {"S": "Ada"}, "last": {"S": "Lovelace"}, "visits": {"N": "1"}, "v": {"N": "4"}}


@pytest.mark.seed(37)
@pytest.mark.parametrize("way", ["get", "untracked"])
def test_a_save_writes_the_migration(people, sent, way):
    """SEED row 37: the next save writes the migration with the changes, as one update that keeps what is unknown."""
    people.put_first(odd={"S": "kept"})
    rows = people.model.objects.untracked() if way == "untracked" else people.model.objects
    person = rows.get(code="a")
    person.last = "King"
    sent.clear()
    person.save()
    assert sent.operations == ["UpdateItem"]
    assert people.stored() == {**FOURTH, "last": {"S": "King"}, "odd": {"S": "kept"}}
    assert person._state.migrated is None
    person.save()
    assert sent.operations == ["UpdateItem", "GetItem"]  # the look above


def test_nothing_but_the_migration(people):
    """An object that was not changed is saved in its present version."""
    people.put_first()
    people.model.objects.get(code="a").save()
    assert people.stored() == FOURTH


def test_a_value_put_back_is_no_change(people, sent):
    """What ends as it is stored is not written."""
    people.put_second(visits={"N": "3"})
    person = people.model.objects.get(code="a")
    person.visits = 3
    sent.clear()
    person.save()
    assert set(sent.values) == {"v"}


def test_named_fields_go_with_the_migration(people):
    """update_fields leaves out other changes, never a part of the migration: an item is of one version."""
    people.put_first()
    person = people.model.objects.get(code="a")
    person.first, person.last = "x", "y"
    person.save(update_fields=["last"])
    assert people.stored() == {**FOURTH, "last": {"S": "y"}}


@pytest.mark.seed(37)
@pytest.mark.parametrize("flag", [True, False])
def test_conflicts_are_found_on_the_stored_item(people, flag):
    """SEED row 37: the comparison is with the item as it was stored, before its migration."""
    people.put_first()
    person = people.model.objects.get(code="a")
    people.put_first(name="Grace Hopper")
    with pytest.raises(ConflictError, match="changed by someone else"):
        person.save(raise_on_conflict=flag)
    assert people.stored()["name"] == {"S": "Grace Hopper"}
    with pytest.raises(ConflictError):
        person.delete(raise_on_conflict=True)
    person.refresh_from_db()
    person.save(raise_on_conflict=flag)
    assert people.stored() == {**FOURTH, "first": {"S": "Grace"}, "last": {"S": "Hopper"}}


def test_two_at_once_migrate_once(people):
    """Of two that read the old item, the second to save is told; nothing is migrated twice."""
    people.put_first()
    one, two = (people.model.objects.get(code="a") for _ in range(2))
    one.save()
    with pytest.raises(ConflictError):
        two.save()
    assert people.stored() == FOURTH


def test_even_a_mere_number_is_compared(declare, dynamodb):
    """A migration that changes nothing but the version is not written over a newer one."""
    model = declare.stored("Plain", table={"item_version": "v"})
    models.migration(model, 2)(lambda item: None)
    table = model._meta.open_table()
    table.put({"code": {"S": "a"}})
    thing = model.objects.get(code="a")
    table.put({"code": {"S": "a"}, "v": {"N": "3"}})
    with pytest.raises(ConflictError, match=r"stored as version 3 of its items \(v\), not 1"):
        thing.save()


def test_an_old_object_is_not_written_into_a_newer_item(people):
    """While old and new code run side by side, a save of the old code is refused by an item of the new."""
    people.put("a", first={"S": "Ada"}, last={"S": "x"}, visits={"N": "1"}, v={"N": "4"})
    person = people.model.objects.get(code="a")
    people.put("a", whole={"S": "Ada x"}, v={"N": "5"})
    person.last = "y"
    with pytest.raises(ConflictError, match="stored as version 5"):
        person.save()
    assert people.stored() == {"code": {"S": "a"}, "whole": {"S": "Ada x"}, "v": {"N": "5"}}


def test_deletes_take_any_version(people):
    """A delete needs no version."""
    people.put_first()
    people.model.objects.get(code="a").delete()
    assert people.stored() is None


def test_deleted_meanwhile(people):
    """A migrated object whose item is gone does not bring it back."""
    people.put_first()
    person = people.model.objects.get(code="a")
    people.table.delete({"code": {"S": "a"}})
    with pytest.raises(ItemDeletedError):
        person.save()


NEW = {
    "save": lambda m, t: t.save(),
    "create": lambda m, t: t.save(force_insert=True),
    "raw": lambda m, t: t.save_base(raw=True),
    "batch": lambda m, t: m.objects.batch_write(puts=[t]),
    "bulk_create": lambda m, t: m.objects.bulk_create([t]),
}


@pytest.mark.parametrize("write", NEW.values(), ids=NEW)
def test_new_items_say_their_version(people, write):
    """Whichever way a new object is written, its item is of the present version and is not migrated again."""
    write(people.model, people.model(code="a", first="Ada"))
    assert people.stored()["v"] == {"N": "4"}
    assert people.model.objects.get(code="a").visits == 0


def test_to_item_says_its_version(people):
    """to_item() and from_item() go back and forth, without a migration in between."""
    item = people.model(code="a", visits=3).to_item()
    assert people.model.from_item(item).visits == 3


def test_a_transaction_saves_the_migration(people):
    """A save in a transaction is the same write."""
    people.put_first()
    with transaction.write() as tx:
        tx.save(people.model.objects.get(code="a"))
    assert people.stored() == FOURTH


def test_the_service_computes_with_present_attributes_only(people):
    """F() of an attribute that the migration changed is refused; others are computed as ever."""
    people.put_first()
    person = people.model.objects.get(code="a")
    person.visits = F("visits") + 1
    with pytest.raises(UnsupportedError, match=r"F\('visits'\) is computed by the service"):
        person.save()
    person.refresh_from_db()
    person.save()
    person.visits = F("visits") + 1
    person.save()
    assert person.visits == 2


def test_computed_beside_a_migration(declare, dynamodb):
    """A counter that no migration touches is counted by the service, with the migration in the same update."""
    people = Versioned(declare, points=models.IntegerField(default=0))
    people.put_first(points={"N": "5"})
    person = people.model.objects.get(code="a")
    person.points = F("points") + 1
    person.save()
    assert person.points == 6
    assert people.stored() == {**FOURTH, "points": {"N": "6"}}


def test_versions_of_a_field_go_on(declare, dynamodb):
    """A VersionField counts the write of the migration, and is what is compared."""
    people = Versioned(declare, edition=models.VersionField())
    people.put_first(edition={"N": "3"})
    one, two = (people.model.objects.get(code="a") for _ in range(2))
    one.save()
    assert one.edition == 4
    assert people.stored() == {**FOURTH, "edition": {"N": "4"}}
    with pytest.raises(ConflictError):
        two.save()


# -- objects that were not loaded ---------------------------------------------------------------------------------


def test_an_object_that_was_not_loaded_asks_for_the_present_version(people):
    """Fields written without looking go into no older item."""
    people.put_first()
    person = people.model(code="a", last="King")
    with pytest.raises(ConflictError, match=r"stored as version 1 of its items \(v\), not 4"):
        person.save(update_fields=["last"])
    people.model.objects.get(code="a").save()
    person.save(update_fields=["last"])
    assert people.stored() == {**FOURTH, "last": {"S": "King"}}


def test_detections_cannot_be_asked_by_a_condition(detected):
    """Without an attribute nothing can be written that was not loaded."""
    detected.put_first()
    person = detected.model(code="a", last="King")
    with pytest.raises(UnsupportedError, match="Get the object, change it and save it"):
        person.save(update_fields=["last"])
    with transaction.write() as tx, pytest.raises(UnsupportedError, match="told by detections"):
        tx.update(detected.model.objects.filter(code="a"), last="King")


def test_a_transaction_updates_the_present_version_only(people):
    """update() and check() of a transaction ask for the present version; an older item cancels it."""
    people.put_first()
    rows = people.model.objects.filter(code="a")
    for action in (lambda tx: tx.update(rows, last="King"), lambda tx: tx.check(rows)):
        with pytest.raises(TransactionCanceledError), transaction.write() as tx:
            action(tx)
    people.model.objects.get(code="a").save()
    with transaction.write() as tx:
        tx.update(rows, last="King")
    assert people.stored()["last"] == {"S": "King"}


def test_detected_objects_are_saved_like_others(detected):
    """Without an attribute a save writes the migration too, and once."""
    detected.put_first()
    person = detected.model.objects.get(code="a")
    person.last = "King"
    person.save()
    assert detected.stored() == {name: av for name, av in FOURTH.items() if name != "v"} | {"last": {"S": "King"}}
    person.first = "A"
    person.save()
    assert detected.model.objects.get(code="a").visits == 1

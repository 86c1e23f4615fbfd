"""Holds that every way of reading brings items up to date, and leaves the table alone."""

import pytest

from django_dynamodb import models, transaction
from django_dynamodb.exceptions import UnsupportedError, VersionError
from tests.versioned import Versioned

pytestmark = pytest.mark.dynamodb

READS = {
    "get": lambda m: m.objects.get(code="a"),
    "filter": lambda m: m.objects.filter(code="a")[0],
    "scan": lambda m: next(iter(m.objects.scan())),
    "iterator": lambda m: next(iter(m.objects.all().iterator())),
    "get_batch": lambda m: m.objects.get_batch(["a"])[0],
    "in_bulk": lambda m: m.objects.in_bulk(["a"])["a"],
    "page": lambda m: m.objects.all().page().items[0],
    "untracked": lambda m: m.objects.untracked().get(code="a"),
    "only": lambda m: m.objects.only("visits").get(code="a"),
    "defer": lambda m: m.objects.defer("first").get(code="a"),
    "transaction": lambda m: transaction.read([m.objects.filter(code="a")])[0],
    "from_item": lambda m: m.from_item({"code": {"S": "a"}, "name": {"S": "Ada Lovelace"}}),
}


@pytest.mark.seed(37)
@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_every_read_migrates(people, read):
    """SEED row 37: whichever way an item is read, it is in its present version, and the table is as it was."""
    before = people.put_first()
    person = read(people.model)
    assert (person.first, person.last, person.visits) == ("Ada", "Lovelace", 1)
    assert not person.get_deferred_fields()
    assert people.stored() == before
    assert person._state.item == before


def test_queries_migrate(declare, dynamodb):
    """An index is read like a table, as long as it holds everything."""
    people = Versioned(
        declare, table={"indexes": [models.GlobalIndex("by_team", "team")]}, team=models.CharField(max_length=9)
    )
    people.put_first(team={"S": "x"})
    assert [person.last for person in people.model.objects.query("x", index="by_team")] == ["Lovelace"]


def test_pages_go_on_behind_the_stored_place(declare, dynamodb):
    """An object whose index key the migration changes still stands where it is stored."""
    model = declare.stored(
        "Ranked",
        table={"item_version": "v", "indexes": [models.GlobalIndex("by_rank", "team", "rank")]},
        team=models.CharField(max_length=9),
        rank=models.IntegerField(),
    )
    models.migration(model, 2)(lambda item: item.update(rank=item["rank"] + 100))
    for rank in (1, 2):
        model._meta.open_table().put({"code": {"S": f"c{rank}"}, "team": {"S": "x"}, "rank": {"N": str(rank)}})
    rows = model.objects.query("x", index="by_rank")
    first = rows.page(size=1).items[0]
    assert first.rank == 101
    assert [row.code for row in rows.page(after=first)] == ["c2"]


def test_refresh_migrates(people):
    """A refresh takes over the item in its present version, and its stored form as snapshot."""
    people.put_first()
    person = people.model.objects.get(code="a")
    before = people.put_first(name="Grace Hopper")
    person.refresh_from_db()
    assert person.first == "Grace"
    assert person._state.item == before
    person.save()
    assert people.stored()["last"] == {"S": "Hopper"}


def test_part_of_a_migrated_item_is_not_refreshed(people):
    """Fields of two versions do not mix: such a refresh is of the whole object."""
    people.put_first()
    person = people.model.objects.get(code="a")
    with pytest.raises(UnsupportedError, match="refreshed as a whole only"):
        person.refresh_from_db(fields=["first"])
    person.save()
    people.model.objects.filter(code="a").update(last="King", visits=9)
    person.refresh_from_db(fields=["last"])
    assert (person.last, person.visits) == ("King", 1)
    assert person._state.item["v"] == {"N": "4"}


def test_values_migrate(people):
    """values() and values_list() show the present version, of one item or many."""
    people.put_first()
    people.put_second("b")
    rows = people.model.objects.scan()
    assert sorted(rows.values_list("code", "last", "visits")) == [("a", "Lovelace", 1), ("b", "Lovelace", 1)]
    assert sorted(rows.values_list("visits", flat=True)) == [1, 1]
    assert people.model.objects.filter(code="a").values("first").get() == {"first": "Ada"}


def test_keys_need_no_migration(people, sent):
    """Keys never change: they are read alone, whatever the item is."""
    people.put("a", v={"N": "99"})
    assert list(people.model.objects.scan().values_list("pk", flat=True)) == ["a"]
    assert "ProjectionExpression" in sent.payloads[-1]
    assert people.runs == []


def test_counts_need_no_migration(people):
    """Counting and asking for existence look into no item."""
    people.put("a", v={"N": "99"})
    assert people.model.objects.scan().count() == 1
    assert people.model.objects.filter(code="a").exists()


def test_unknown_versions_are_never_loaded(people):
    """An item of newer code raises in every read, instead of losing what it holds."""
    people.put("a", v={"N": "5"})
    for read in (READS["get"], READS["scan"], READS["untracked"], READS["page"]):
        with pytest.raises(VersionError):
            read(people.model)


def test_a_part_of_an_item_is_refused(declare, dynamodb):
    """What an index with a part of each item gives is refused; its keys can be read, and the objects by them."""
    people = Versioned(
        declare,
        table={"indexes": [models.GlobalIndex("by_team", "team", projection="KEYS_ONLY")]},
        team=models.CharField(max_length=9),
    )
    people.put_first(team={"S": "x"})
    rows = people.model.objects.query("x", index="by_team")
    for asked in (rows, rows.values_list("team", flat=True), rows.untracked()):
        with pytest.raises(UnsupportedError, match="index 'by_team' holds a part of each item"):
            list(asked)
    keys = list(rows.values_list("pk", flat=True))
    assert [person.last for person in people.model.objects.get_batch(keys)] == ["Lovelace"]


def test_detected_items_migrate(detected):
    """Without an attribute the same holds, by what the items hold."""
    detected.put_first()
    assert detected.model.objects.get(code="a").visits == 1


def test_own_constructors_see_the_present_version(declare, dynamodb):
    """A model that must be built by its constructor is built of the migrated item."""
    seen = []
    people = Versioned(declare)
    people.put_first()

    def listen(sender, instance, **kwargs):
        """Looks at each new object."""
        seen.append(instance.first)

    models.signals.post_init.connect(listen, sender=people.model)
    try:
        person = people.model.objects.get(code="a")
    finally:
        models.signals.post_init.disconnect(listen, sender=people.model)
    assert seen == ["Ada"]
    assert "name" in person._state.item


def test_own_mapping_sees_the_present_version(declare, dynamodb):
    """A model with its own from_item is given the migrated item by reads, and the snapshot stays the stored one."""
    people = Versioned(declare)
    before = people.put_first()
    model = people.model

    def from_item(cls, item):
        """Notes what it was given."""
        made = super(model, cls).from_item(item)
        made.given = item
        return made

    model.from_item = classmethod(from_item)
    person = model.objects.get(code="a")
    assert (person.given["last"], person.last) == ({"S": "Lovelace"}, "Lovelace")
    assert person._state.item == before
    assert model.from_item(before).last == "Lovelace"


def test_related_objects_are_untouched_by_a_model_without_versions(declare, dynamodb):
    """A model without versions is built as ever."""
    plain = declare.stored("Plain")
    plain.objects.create(code="a")
    assert plain.objects.get(code="a")._state.migrated is None

"""Tests that subclasses share their base class's table, and that each item comes back as its own class."""

import pytest

from django_dynamodb import models
from django_dynamodb.exceptions import OverwriteError, SchemaError
from tests.declaring import declare
from tests.recording import sent

__all__ = ["declare", "sent"]


class Zoo:
    """An animal, a dog, which is one, and a puppy, which is a dog."""

    def __init__(self, declare):
        self.animal = declare(
            "Animal", table={"entity": "animal", "entity_attribute": "kind"}, meta={"ordering": []},
            name=models.CharField(max_length=9, blank=True),
        )  # fmt: skip
        self.dog = declare("Dog", bases=(self.animal,), table={"entity": "dog"}, tricks=models.IntegerField(default=0))
        self.puppy = declare("Puppy", bases=(self.dog,), table={"entity": "puppy"})


@pytest.fixture
def zoo(dynamodb, declare):
    """The classes, their table, and one object of each."""
    made = Zoo(declare)
    made.animal.objects.create_table()
    made.animal.objects.create(code="a")
    made.dog.objects.create(code="d", tricks=3)
    made.puppy.objects.create(code="p", tricks=1)
    return made


def kinds(rows):
    """Key → name of the class."""
    return {row.pk: type(row).__name__ for row in rows}


def test_each_item_comes_back_as_its_class(zoo):
    """By scan, get, batch and page of the base; a subclass sees itself and what is below it."""
    everything = {"a": "Animal", "d": "Dog", "p": "Puppy"}
    assert kinds(zoo.animal.objects.all()) == everything
    assert kinds(zoo.animal.objects.get_batch(["a", "d", "p"])) == everything
    assert kinds(zoo.animal.objects.page(5)) == everything
    assert kinds(zoo.dog.objects.all()) == {"d": "Dog", "p": "Puppy"}
    assert kinds(zoo.puppy.objects.all()) == {"p": "Puppy"}
    assert zoo.animal.objects.get("d").tricks == 3
    assert type(zoo.animal.from_item(zoo.dog(code="x").to_item())) is zoo.dog


def test_there_is_no_link_and_no_join(zoo):
    """The subclass has all fields itself, with the same key and table."""
    meta = zoo.puppy._meta
    assert (meta.parents, meta.pk.name, meta.db_table) == ({}, "code", zoo.animal._meta.db_table)
    assert [field.name for field in meta.fields] == ["name", "code", "tricks"]
    assert issubclass(zoo.puppy, zoo.animal)


def test_errors_of_a_subclass_are_those_of_its_base(zoo):
    """``except Animal.DoesNotExist`` catches a missing dog."""
    with pytest.raises(zoo.animal.DoesNotExist):
        zoo.dog.objects.get("a")
    assert issubclass(zoo.puppy.MultipleObjectsReturned, zoo.dog.MultipleObjectsReturned)


def test_a_part_of_the_fields_knows_its_class(zoo, sent):
    """only() and values() through the base; what was not read loads on access."""
    row = zoo.animal.objects.only("name").get("d")
    assert type(row) is zoo.dog
    assert row.get_deferred_fields() == {"tricks"}
    assert (row.tricks, len(sent.calls)) == (3, 2)
    assert list(zoo.animal.objects.filter(pk="d").values("code")) == [{"code": "d"}]
    assert kinds(zoo.animal.objects.untracked()) == {"a": "Animal", "d": "Dog", "p": "Puppy"}


def test_writes_keep_the_class(zoo):
    """Saving what the base read writes the subclass's fields; batches too; another class's item is not replaced."""
    row = zoo.animal.objects.get("d")
    row.tricks = 4
    row.save()
    zoo.animal.objects.batch_write(puts=[zoo.dog(code="e", tricks=9)])
    assert [zoo.dog.objects.get(code).tricks for code in "de"] == [4, 9]
    with pytest.raises(OverwriteError):
        zoo.dog(code="a").save()
    row.refresh_from_db()
    assert row == zoo.animal.objects.get("d")
    assert zoo.animal.objects.filter(pk="d").update(name="x") == 1
    assert zoo.animal.objects.all().delete()[0] == 4


def test_a_model_of_its_own_constructor(zoo, declare):
    """A subclass that overrides ``__init__`` or ``from_item`` is built by it."""
    made = []

    def init(self, *args, **kwargs):
        made.append(type(self).__name__)
        super(cat, self).__init__(*args, **kwargs)

    cat = declare("Cat", bases=(zoo.animal,), table={"entity": "cat"})
    cat.__init__ = init
    cat(code="c").save()
    assert kinds(zoo.animal.objects.all())["c"] == "Cat"
    assert made == ["Cat", "Cat"]


def test_a_proxy_shows_the_same(zoo, declare):
    """Items of the base come as the proxy, the others as their classes; a proxy cannot be shared on."""
    shown = declare("Shown", bases=(zoo.animal,), meta={"proxy": True})
    assert kinds(shown.objects.all()) == {"a": "Shown", "d": "Dog", "p": "Puppy"}
    with pytest.raises(SchemaError, match="no proxy"):
        declare("Below", bases=(shown,), table={"entity": "below"})


def test_a_pair_of_keys_and_indexes_are_inherited(declare, dynamodb):
    """With its sort key, templates and indexes; a subclass may add an index."""
    table = {"entity": "one", "partition_key": "a", "sort_key": "b", "indexes": [models.GlobalIndex("by_b", "b")]}
    one = declare("One", table=table, a=models.CharField(), b=models.TemplateField("B#{a}"))
    more = {"entity": "two", "indexes": [models.GlobalIndex("by_c", "c")]}
    two = declare("Two", bases=(one,), table=more, c=models.CharField(default="c"))
    two.objects.create_table()
    two.objects.create(a="k")
    assert (one.objects.get(a="k").pk, two.objects.filter(c="c").get().b) == ("k~B!23k", "B#k")
    assert [index.name for index in one._meta.shared_table.indexes] == ["by_b", "by_c"]
    assert two._meta.unique_together == one._meta.unique_together == (("a",),)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ({}, 'entity = "below"'),
        ({"entity": "below", "name": "other"}, "sets name, but its table is that of"),
        ({"entity": "dog"}, "as that of testapp.Dog"),
    ],
)
def test_a_subclass_names_an_entity_of_its_own(zoo, declare, table, reason):
    """Nothing else of the table is its to say."""
    with pytest.raises(SchemaError, match=reason):
        declare("Below", bases=(zoo.animal,), table=table)


def test_two_tables_are_not_inherited(zoo, declare):
    """As without entities: DynamoDB joins nothing."""
    other = declare("Other", table={"entity": "other"})
    with pytest.raises(SchemaError, match="one base class"):
        declare("Both", bases=(zoo.animal, other), table={"entity": "both"})
    with pytest.raises(SchemaError, match="joins no tables"):
        declare("Below", bases=(declare("Plain"),))

"""Holds what the model base class is: identity, key, items, JSON, validation, and what a declaration may not do."""

import copy
import datetime as dt
import pickle
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Model as DjangoModel
from django.test.utils import isolate_apps

from django_dynamodb import models
from django_dynamodb.exceptions import InvalidValueError, SchemaError
from tests.testapp.models import Everything, Reading, Thread, Ticket

DEVICE = uuid.UUID(int=5)


class TestIdentity:
    """Equality and hash are the key's."""

    def test_equal_by_key(self):
        """Two objects with one key are equal, whatever else they hold."""
        assert Thread(forum="a", subject="b", views=1) == Thread(forum="a", subject="b", views=2)
        assert Thread(forum="a", subject="b") != Thread(forum="a", subject="c")

    def test_models_differ(self):
        """Objects of two models are never equal."""
        assert Ticket(id=1) != Everything(code="1")
        assert Ticket(id=1) != 1

    def test_proxy_is_the_same(self):
        """A proxy's object is its model's."""
        with isolate_apps("tests.testapp"):

            class Proxy(Ticket):
                class Meta:
                    app_label = "testapp"
                    proxy = True

        assert Proxy(id=1) == Ticket(id=1)

    def test_unsaved(self):
        """Objects without a key are equal only to themselves, and have no hash."""
        ticket = Ticket()
        assert ticket == ticket  # noqa: PLR0124  # identity is the point
        assert ticket != Ticket()
        with pytest.raises(TypeError, match="unhashable"):
            hash(Ticket())

    def test_hash(self):
        """Equal objects are one member of a set."""
        assert len({Thread(forum="a", subject="b"), Thread(forum="a", subject="b", views=3)}) == 1


class TestKey:
    """The packed key of a pair."""

    def test_packs_and_unpacks(self):
        """Reading ``pk`` packs the parts, writing it sets them."""
        reading = Reading(device=DEVICE, at=7)
        assert reading.pk == f"{DEVICE}~7"
        other = Reading(pk=reading.pk)
        assert (other.device, other.at) == (DEVICE, 7)

    def test_unset(self):
        """While a part is unset there is no key."""
        assert Thread(forum="a").pk is None
        assert Thread(subject="a").pk is None

    def test_malformed(self):
        """Text that is no key cannot be assigned."""
        with pytest.raises(ValidationError, match="forum"):
            Thread(forum="a", subject="b").pk = "nothing"

    def test_meta(self):
        """``_meta`` knows the key, the table and that there is no SQL table."""
        meta = Thread._meta
        assert (meta.pk.name, meta.managed, meta.db_table) == ("pk", False, "threads")
        assert meta.unique_together == (("forum", "subject"),)
        assert meta.table.name == "threads"


class TestItems:
    """to_item, from_item, to_json_dict."""

    def test_round_trip(self):
        """An item becomes an object and the object the same item."""
        item = {"forum": {"S": "a"}, "subject": {"S": "b"}, "views": {"N": "3"}, "author": {"S": "c"}}
        thread = Thread.from_item(item)
        assert (thread.pk, thread.views, thread.tags, thread._state.adding) == ("a~b", 3, set(), False)
        assert {name: thread.to_item().get(name) for name in item} == item

    def test_stream_record(self):
        """SEED row 33: an image of a stream record, binary as text or bytes, makes a loaded object."""
        for blob in ("AAE=", b"\x00\x01"):
            loaded = Everything.from_item({"code": {"S": "x"}, "blob": {"B": blob}})
            assert bytes(loaded.blob) == b"\x00\x01"

    def test_wrong_type(self):
        """An attribute of another type names the model and the field."""
        with pytest.raises(InvalidValueError, match=r"testapp\.Thread\.views"):
            Thread.from_item({"forum": {"S": "a"}, "subject": {"S": "b"}, "views": {"S": "3"}})

    def test_json(self):
        """SEED row 15: plain JSON values, sets sorted, moments in UTC."""
        moment = dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=dt.timezone(dt.timedelta(hours=1)))
        thing = Everything(
            code="x", moment=moment, price=Decimal("1.50"), strings={"b", "a"}, blob=b"\x00", token=DEVICE,
            day=dt.date(2024, 1, 2), span=dt.timedelta(seconds=90), items=[{1}], mapping={"n": Decimal(2)},
        )  # fmt: skip
        plain = thing.to_json_dict()
        assert plain["moment"] == "2024-01-02T02:04:05+00:00"
        assert (plain["price"], plain["strings"], plain["blob"]) == ("1.50", ["a", "b"], "AA==")
        assert (plain["token"], plain["day"], plain["span"]) == (str(DEVICE), "2024-01-02", 90.0)
        assert (plain["items"], plain["mapping"]) == ([[1]], {"n": "2"})

    def test_json_reads_nothing(self, sent):
        """Deferred fields are left out instead of loaded."""
        Thread(forum="a", subject="b").save()
        row = Thread.objects.only("views").get("a", "b")
        sent.clear()
        assert set(row.to_json_dict()) == {"forum", "subject", "views"}
        assert sent.calls == []

    def test_overridden(self, dynamodb):
        """SEED row 15: a model that maps items by itself is read and written through its own methods."""
        with isolate_apps("tests.testapp"):

            class Shouting(Ticket):
                class Meta:
                    app_label = "testapp"
                    proxy = True

                def to_item(self):
                    """Writes the title in capitals."""
                    return {**super().to_item(), "title": {"S": self.title.upper()}}

                @classmethod
                def from_item(cls, item):
                    """Reads with a mark."""
                    made = super().from_item(item)
                    made.title += "!"
                    return made

        shouting = Shouting.objects.create(title="hey")
        assert Ticket.objects.get(shouting.pk).title == "HEY"
        assert Shouting.objects.get(shouting.pk).title == "HEY!"
        assert [row.title for row in Shouting.objects.all()] == ["HEY!"]


class TestValidation:
    """full_clean and its parts."""

    def test_clean(self):
        """A good object passes without reading anything but its key."""
        with pytest.raises(ValidationError) as caught:
            Everything(code="x" * 50, slug="no slug").full_clean()
        assert {"code", "slug"} <= set(caught.value.message_dict)

    def test_taken_pair(self, dynamodb):
        """A pair that exists is reported before saving."""
        Thread(forum="a", subject="b").save()
        with pytest.raises(ValidationError, match="already exists"):
            Thread(forum="a", subject="b").full_clean()
        Thread(forum="a", subject="c").full_clean()

    def test_taken_key(self, dynamodb):
        """The same for a single key."""
        Everything(code="a").save()
        with pytest.raises(ValidationError, match="already exists"):
            Everything(code="a").validate_unique()

    def test_stored_object_is_its_own(self, dynamodb):
        """A stored object does not collide with itself."""
        Thread(forum="a", subject="b").save()
        Thread.objects.get("a", "b").full_clean()

    def test_changed_key(self, dynamodb):
        """The key of a stored object cannot change."""
        Thread(forum="a", subject="b").save()
        thread = Thread.objects.get("a", "b")
        thread.subject = "c"
        with pytest.raises(ValidationError, match="cannot change"):
            thread.full_clean()


class TestCopies:
    """pickle and copy."""

    @pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda row: pickle.loads(pickle.dumps(row))])
    def test_copy_saves_what_changed(self, sent, copied):
        """A copy keeps the snapshot, so that it saves as the original would."""
        Thread(forum="a", subject="b").save()
        row = copied(Thread.objects.get("a", "b"))
        sent.clear()
        row.views = 4
        row.save(raise_on_conflict=True)
        assert sent.operations == ["UpdateItem"]

    def test_copies_are_apart(self, dynamodb):
        """Saving a copy leaves the snapshot of the original as it was."""
        Thread(forum="a", subject="b").save()
        row = Thread.objects.get("a", "b")
        other = copy.copy(row)
        other.views = 4
        other.save()
        assert row._state.item["views"] == {"N": "0"}

    def test_copying_as_django_says(self, dynamodb):
        """Another key and ``_state.adding = True`` make a second item, as Django's documentation has it."""
        Thread(forum="a", subject="b", views=3).save()
        row = Thread.objects.get("a", "b")
        row.subject, row._state.adding = "c", True
        row.save()
        assert list(Thread.objects.filter(forum="a").values_list("views", flat=True)) == [3, 3]


@pytest.fixture
def apart():
    """Keeps the models of the test out of the registry."""
    with isolate_apps("tests.testapp"):
        yield


@pytest.mark.usefixtures("apart")
class TestDeclarations:
    """What a class body may not say."""

    def test_no_table_inheritance(self):
        """A child of a model with a table is refused; the message names the ways out."""
        with pytest.raises(SchemaError, match=r"abstract, or the child a proxy"):

            class Child(Ticket):
                class Meta:
                    app_label = "testapp"

    def test_no_sql_parent(self):
        """A model cannot have one half in SQL."""
        meta = {"Meta": type("Meta", (), {"app_label": "testapp"}), "__module__": __name__}
        parent = type("Parent", (DjangoModel,), dict(meta))
        with pytest.raises(SchemaError, match="DynamoDB joins no"):
            type(models.Model)("Child", (models.Model, parent), dict(meta))

    def test_abstract_parent(self):
        """Fields, managers and ``class Table`` of an abstract parent are inherited."""

        class Parent(models.Model):
            owner = models.CharField(max_length=9)
            number = models.IntegerField()

            class Meta:
                abstract = True
                app_label = "testapp"

            class Table:
                partition_key = "owner"
                sort_key = "number"

        class Child(Parent):
            class Meta:
                app_label = "testapp"

            class Table(Parent.Table):
                name = "children"

        class Sibling(Parent):
            class Meta:
                app_label = "testapp"

        assert [key.name for key in Child._meta.table.keys] == ["owner", "number"]
        assert (Child._meta.table.name, Sibling._meta.table.name) == ("children", "testapp_sibling")

    def test_mixin(self):
        """A plain mixin beside the model is no table."""

        class Loud:
            def shout(self):
                """Says something."""
                return "!"

        class Shouter(Loud, models.Model):
            name = models.CharField(max_length=9, primary_key=True)

            class Meta:
                app_label = "testapp"

        assert Shouter(name="x").shout() == "!"
        assert Shouter._meta.table.partition.name == "name"

"""Holds that items become instances the fast way or the slow one, and nobody can tell which but by listening."""

from contextlib import contextmanager

import pytest
from django.db.models import signals
from django.db.models.fields.files import FieldFile
from django.test.utils import isolate_apps

from django_dynamodb.models.loader import builder, needs_constructor
from tests.testapp.models import Everything, Thread, Ticket

ITEM = {"forum": {"S": "a"}, "subject": {"S": "b"}, "views": {"N": "3"}, "foreign": {"S": "kept"}}


@contextmanager
def listening():
    """Collects the objects whose ``post_init`` was sent."""
    seen = []

    def listen(instance, **_):
        seen.append(instance)

    signals.post_init.connect(listen, sender=Thread)
    yield seen
    signals.post_init.disconnect(listen, sender=Thread)


def proxy(parent, **attributes):
    """A proxy of a model, outside the registry."""
    with isolate_apps("tests.testapp"):
        meta = type("Meta", (), {"app_label": "testapp", "proxy": True})
        return type("Proxy", (parent,), {"__module__": __name__, "Meta": meta, **attributes})


def picture(instance):
    """Everything an instance holds."""
    state = instance._state
    return {**vars(instance), "_state": (state.adding, state.db, state.item, state.unread)}


def test_stock_model_is_fast():
    """Nobody can notice that the constructor is skipped."""
    assert not needs_constructor(Thread)


@pytest.mark.parametrize("only", [None, frozenset({"forum", "subject", "views"})])
def test_both_ways_make_the_same(only):
    """The slow way, taken because someone listens, makes the same object as the fast one."""
    with listening() as heard:
        slow = builder(Thread, only)(ITEM)
    fast = builder(Thread, only)(ITEM)
    assert len(heard) == 1
    assert picture(fast) == picture(slow)


def test_own_constructor_runs():
    """A model with its own ``__init__`` is built through it."""

    def init(self, *args, **kwargs):
        Ticket.__init__(self, *args, **kwargs)
        self.seen = True

    assert builder(proxy(Ticket, __init__=init))({"id": {"N": "1"}}).seen


def test_own_from_db_runs():
    """A model with its own ``from_db`` is built through it, with Django's arguments."""

    def from_db(cls, db, field_names, values, **kwargs):
        made = super(cls, cls).from_db(db, field_names, values, **kwargs)
        made.columns = list(field_names)
        return made

    assert builder(proxy(Ticket, from_db=classmethod(from_db)))({"id": {"N": "1"}}).columns == [
        "id",
        "title",
        "updated",
    ]


def test_file_field():
    """A descriptor that wants to see assignments sees them: a FileField's value is a file with its name."""
    loaded = builder(Everything)({"code": {"S": "x"}, "upload": {"S": "a/b.txt"}})
    assert isinstance(loaded.upload, FieldFile)
    assert loaded.upload.name == "a/b.txt"


def test_foreign_key_is_a_plain_value():
    """A foreign key holds the key of the other object; nothing is read."""
    assert builder(Everything)({"code": {"S": "x"}, "owner_id": {"N": "5"}}).owner_id == 5


def test_snapshot_is_the_item():
    """The raw item is the snapshot, unknown attributes included; untracked rows have none."""
    assert builder(Thread)(ITEM)._state.item is ITEM
    assert builder(Thread, tracked=False)(ITEM)._state.item is None


def test_state_is_each_objects_own():
    """Two objects of one builder share no state."""
    build = builder(Thread)
    first, second = build(ITEM), build(ITEM)
    first.tags.add("x")
    first._state.adding = True
    assert (second.tags, second._state.adding) == (set(), False)


def test_overridden_from_item_cannot_load_a_part():
    """A model that maps items by itself still answers only()."""

    def from_item(cls, item):
        raise AssertionError("a part of an item is not for it")

    row = builder(proxy(Thread, from_item=classmethod(from_item)), frozenset({"forum", "subject"}))(ITEM)
    assert "views" in row.get_deferred_fields()

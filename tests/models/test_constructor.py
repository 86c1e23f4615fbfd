"""Holds that new instances are made the short way or Django's, and nobody can tell which but by listening."""

import copy
import pickle
from contextlib import contextmanager

import pytest
from django.db import models as django_models
from django.db.models import signals
from django.db.models.base import DEFERRED
from django.test.utils import isolate_apps

from django_dynamodb import models
from django_dynamodb.models import constructor
from django_dynamodb.models.constructor import gatherer
from tests.declaring import declare
from tests.testapp.models import Everything, Thread, Ticket

__all__ = ["declare"]

KEYWORDS = {"forum": "a", "subject": "b", "views": 3}


@contextmanager
def listening(signal):
    """Listens, by which Django's constructor is taken."""
    seen = []

    def listen(**sent):
        seen.append(sent)

    signal.connect(listen, sender=Thread)
    try:
        yield seen
    finally:
        signal.disconnect(listen, sender=Thread)


def short_way(monkeypatch):
    """Counts the instances that are made the short way."""
    taken = []
    gathered = constructor._gathered

    def spy(*given):
        values = gathered(*given)
        taken.append(values is not None)
        return values

    monkeypatch.setattr(constructor, "_gathered", spy)
    return taken


def picture(instance):
    """Everything an instance holds, but for the time it was made, and what Django adds to copies."""
    state = instance._state
    held = {**vars(instance), "_state": (state.adding, state.db, state.fields_cache), "posted": None}
    held.pop("_django_version", None)
    return held


@pytest.mark.parametrize("signal", [signals.pre_init, signals.post_init])
@pytest.mark.parametrize("keywords", [{}, KEYWORDS, {"subject": "b", "foreign": 1}])
def test_both_ways_make_the_same(monkeypatch, signal, keywords):
    """Values, defaults, state and refusals are Django's."""

    def make():
        try:
            return picture(Thread(**keywords))
        except TypeError as error:
            return str(error)

    taken = short_way(monkeypatch)
    with listening(signal) as heard:
        slow = make()
    assert make() == slow
    assert len(heard) == (signal is signals.pre_init or "foreign" not in keywords)
    assert taken == [False, "foreign" not in keywords]


def test_every_keyword(monkeypatch):
    """All keywords at once, in whatever order, make what Django's constructor makes of them."""
    taken = short_way(monkeypatch)
    keywords = {name: f"x{place}" for place, name in enumerate(sorted(gatherer(Thread)[1]))}
    with listening(signals.post_init):
        slow = Thread(**keywords)
    assert picture(Thread(**keywords)) == picture(slow)
    assert taken == [False, True]


def test_defaults_are_each_objects_own():
    """A default is asked for anew each time."""
    first, second = Thread(**KEYWORDS), Thread(**KEYWORDS)
    first.tags.add("x")
    first._state.adding = False
    assert (second.tags, second._state.adding) == (set(), True)


@pytest.mark.parametrize("arguments", [("a", "b"), ("a",)])
def test_positions(arguments):
    """Values by position go Django's way."""
    assert Thread(*arguments, views=3).forum == "a"


def test_unknown_keyword():
    """The refusal is Django's, with every name."""
    with pytest.raises(TypeError, match=r"Thread\(\) got unexpected keyword arguments: 'one', 'two'"):
        Thread(one=1, two=2)


def test_deferred_value(monkeypatch):
    """What is deferred is no value."""
    taken = short_way(monkeypatch)
    assert "views" in Thread(forum="a", subject="b", views=DEFERRED).get_deferred_fields()
    assert taken == [False]


def test_pk_and_properties(monkeypatch):
    """A property is set, and so is the virtual key."""
    taken = short_way(monkeypatch)
    packed = Thread(forum="a", subject="b").pk
    made = Thread(pk=packed)
    assert (made.forum, made.subject) == ("a", "b")
    assert taken == [True, False]


def test_file_field():
    """A field that wants to see each assignment sees the first."""
    assert gatherer(Everything) is None
    assert Everything(code="x", upload="a/b.txt").upload.name == "a/b.txt"


def test_abstract_model():
    """Nothing abstract can be made."""
    with isolate_apps("tests.testapp"):

        class Base(models.Model):
            class Meta:
                app_label = "testapp"
                abstract = True

    with pytest.raises(TypeError, match="Abstract models cannot be instantiated"):
        Base()


def test_constructor_behind(declare):
    """A class that stands behind ours in the order of classes has its constructor called."""

    class Behind:
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.seen = True

    class Below(django_models.Model):
        class Meta:
            app_label = "testapp"
            abstract = True

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.seen = True

    for name, last in (("One", Below), ("Two", Behind)):
        model = declare(name, bases=(models.Model, last), id=models.CharField(primary_key=True, max_length=9))
        assert model(id="a").seen
        assert model.from_item({"id": {"S": "a"}}).seen


def test_own_setattr(declare):
    """A class that wants to see assignments sees those of the constructor."""
    seen = []

    def see(self, name, value):
        seen.append(name)
        object.__setattr__(self, name, value)

    model = declare(id=models.CharField(primary_key=True, max_length=9), __setattr__=see)
    assert model(id="a").id == "a"
    assert seen == ["_state", "id"]


def test_attributes_before(declare):
    """What a constructor of the model's own sets before stays; what it sets of fields does not."""

    def init(self, **values):
        self.label = self.id = "before"
        super(model, self).__init__(**values)

    model = declare(id=models.CharField(primary_key=True, max_length=9), __init__=init)
    made = model(id="after")
    assert (made.label, made.id, made._state.adding) == ("before", "after", True)


def test_foreign_key(monkeypatch, declare):
    """The key of another object is a plain value; the object itself is kept, as Django does."""
    taken = short_way(monkeypatch)
    model = declare(
        id=models.CharField(primary_key=True, max_length=9),
        ticket=models.ForeignKey(Ticket, on_delete=django_models.DO_NOTHING),
    )
    ticket = Ticket(id=7)
    by_key, by_object = model(id="a", ticket_id=7), model(id="a", ticket=ticket)
    assert by_key.ticket_id == by_object.ticket_id == 7
    assert by_object.ticket is ticket
    assert taken == [True, True, False]


def test_field_added_later(declare):
    """A field that a model gets after its first instance is a keyword like the others."""
    model = declare(id=models.CharField(primary_key=True, max_length=9))
    assert not hasattr(model(id="a"), "later")
    model.add_to_class("later", models.IntegerField(default=5))
    assert (model(id="a").later, model(later=6).later) == (5, 6)


def test_copies():
    """Instances made the short way are pickled and copied like others."""
    made = Thread(**KEYWORDS)
    for twin in (pickle.loads(pickle.dumps(made)), copy.copy(made), copy.deepcopy(made)):
        assert picture(twin) == picture(made)
        assert twin._state is not made._state

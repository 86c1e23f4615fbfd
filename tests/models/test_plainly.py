"""Writes that are prepared the short way are those that would be prepared the long way."""

import datetime as dt

import pytest
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from django_dynamodb.exceptions import DynamoDBError, InvalidTypeError
from django_dynamodb.models.persistence import CAREFULLY, PLAINLY, Writer
from django_dynamodb.models.plainly import plain_write, prepares_alone
from django_dynamodb.models.state import state_of
from django_dynamodb.types import item_in
from tests.models.factories import everything
from tests.testapp.models import Account, Note, Stamped, Thread, Ticket

MOMENT = dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
VALUES = {
    "forum": ["AWS", "GCP", None, ""],
    "subject": ["S3"],
    "author": ["", "Zoë", "a" * 2_049, 5],
    "posted": [MOMENT, MOMENT.astimezone(dt.timezone(dt.timedelta(hours=2))), dt.datetime(2024, 1, 2)],  # noqa: DTZ001
    "views": [0, 1, True, "2", 1.5, None, F("views") + 1],
    "tags": [set(), {"a"}, ["a"]],
    "meta": [{}, {"a": [1]}, None],
    "extra": [F("views"), 1],
}
"""Values to give: as they should be, in need of conversion, and wrong."""

values = st.fixed_dictionaries({}, optional={name: st.sampled_from(some) for name, some in VALUES.items()})


def long_way(instance, options=PLAINLY):
    """The write as it is prepared for any object, or the error."""
    return _outcome(lambda: Writer(instance, Thread, Thread._meta.open_table())._prepare(options))


def short_way(instance, options=PLAINLY):
    """The write that is prepared for a plain one, or the error; None where the other way is asked."""
    return _outcome(lambda: plain_write(instance, as_loaded=options is CAREFULLY))


def _outcome(prepare):
    try:
        write = prepare()
    except DynamoDBError as error:
        return type(error), str(error)
    if write is None or write.verb == "put":
        return write and (write.demands, item_in(write.item), write.condition)
    return (
        write.demands, write.change, write.snapshot, write.key, write.condition, write.unread, write.renewing,
        write.most,
    )  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(values)
def test_new_objects(sent, given):
    """Whatever a new object holds, the item, or the refusal, is the same."""
    instance = Thread(forum="AWS", subject="S3", posted=MOMENT)
    vars(instance).update(given)
    short = short_way(instance)
    assert short is None or short == long_way(instance)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(values, st.sampled_from([None, "tags", "posted"]), st.sampled_from([PLAINLY, CAREFULLY]))
def test_loaded_objects(sent, given, missing, options):
    """Whatever is changed on a loaded object, the update, or the refusal, is the same."""
    item = Thread(forum="AWS", subject="S3", posted=MOMENT, views=1, tags={"a"}).to_item()
    item.pop(missing, None)
    instance = Thread.from_item(item)
    vars(instance).update(given)
    short = short_way(instance, options)
    assert short is None or short == long_way(instance, options)


def test_usual_objects(sent):
    """What most saves are is prepared the short way: all values as they should be, some of them changed."""
    instance = Thread(forum="AWS", subject="S3", posted=MOMENT)
    assert short_way(instance) == long_way(instance) != None  # noqa: E711 - all three
    loaded = Thread.from_item(instance.to_item())
    assert short_way(loaded) is None  # nothing changed
    loaded.views, loaded.author = 2, ""
    for options in (PLAINLY, CAREFULLY):
        assert short_way(loaded, options) == long_way(loaded, options) != None  # noqa: E711 - all three


def test_unusual_objects(sent):
    """Where not all of the stored item is known, or only the service knows a value, the long way is asked."""
    loaded = Thread.from_item(Thread(forum="AWS", subject="S3", posted=MOMENT).to_item())
    loaded.views = F("views") + 1
    assert short_way(loaded) is None
    loaded.views = 5
    state_of(loaded).unread = frozenset({"meta"})
    assert short_way(loaded) is None
    untracked = Thread(forum="AWS", subject="S3", posted=MOMENT)
    untracked._state.adding = False
    assert short_way(untracked) is None


@pytest.mark.parametrize("model", [Account, Stamped, Ticket])
def test_models_with_more(sent, model):
    """A model with a version, a stamp or a counter always goes the long way."""
    instance = model()
    assert plain_write(instance) is None


def test_hooks(sent):
    """So does one with files, and a class that writes its items by itself."""
    assert plain_write(everything()) is None

    class Loud(Note):
        class Meta:
            app_label = "testapp"
            proxy = True

        def to_item(self):
            return super().to_item()

    assert plain_write(Loud()) is None


def test_prepares_alone():
    """A plain object with all its fields needs nobody; a deferred field, or a model with more, may have to be read."""
    thread = Thread(forum="AWS", subject="S3", posted=MOMENT)
    assert prepares_alone(thread)
    del thread.author
    assert not prepares_alone(thread)
    assert not prepares_alone(Ticket())


def test_refusal_changes_nothing(sent):
    """A save that is refused leaves the object as it was, and nothing is sent."""
    thread = Thread(forum="AWS", subject="S3", posted=MOMENT, views=1.5)
    before = dict(vars(thread))
    with pytest.raises(InvalidTypeError, match="has a fraction"):
        thread.save()
    assert vars(thread) == before
    assert sent.calls == []

"""Holds how versions are declared, told and reached."""

import pytest

from django_dynamodb import models
from django_dynamodb.exceptions import SchemaError, VersionError

pytestmark = pytest.mark.dynamodb

FIRST = {"code": {"S": "a"}, "name": {"S": "Ada Lovelace"}}
SECOND = {"code": {"S": "a"}, "first": {"S": "Ada"}, "last": {"S": "Lovelace"}, "v": {"N": "2"}}
FOURTH = {**SECOND, "visits": {"N": "1"}, "v": {"N": "4"}}


def migrations_of(versioned):
    """The versions of the model's items."""
    return versioned.model._meta.item_migrations


@pytest.mark.seed(37)
@pytest.mark.parametrize(("item", "runs"), [(FIRST, [2, 4]), (SECOND, [4]), (FOURTH, [])])
def test_migrations_run_from_the_version_on(people, item, runs):
    """SEED row 37: migrations run in order for the versions above the item's own, gaps or not."""
    assert migrations_of(people).migrated(item) == FOURTH
    assert people.runs == runs


def test_an_item_of_the_present_version_is_the_same(people):
    """Nothing is copied for an item that is up to date, and the one migrated is left as it was."""
    assert migrations_of(people).migrated(FOURTH) is FOURTH
    before = dict(FIRST)
    migrations_of(people).migrated(FIRST)
    assert before == FIRST


@pytest.mark.parametrize("stored", [{"N": "5"}, {"N": "3"}, {"S": "2"}, {"N": "2.5"}, {"NULL": True}])
def test_unknown_versions_raise(people, stored):
    """A newer version, one that was never declared, and what is no version are never loaded as another."""
    with pytest.raises(VersionError) as caught:
        migrations_of(people).migrated({**SECOND, "v": stored})
    error = caught.value
    assert error.model == "testapp.Person"
    assert error.key == {"code": {"S": "a"}}
    assert error.found == next(iter(stored.values()))
    assert error.known == (1, 2, 4)
    assert "'a' has version" in str(error)
    assert "Known: 1, 2, 4." in str(error)


def test_another_form_of_the_number_is_the_number(people):
    """2.0 is version 2."""
    assert migrations_of(people).version_of({**SECOND, "v": {"N": "2.0"}}) == 2


@pytest.mark.seed(37)
def test_detections_ask_from_the_newest(detected):
    """SEED row 37: without an attribute the newest detection that says yes gives the version."""
    found = migrations_of(detected)
    without = {name: value for name, value in SECOND.items() if name != "v"}
    assert found.version_of(FIRST) == 1
    assert found.version_of(without) == 2
    assert found.version_of({**FIRST, **without}) == 2
    assert found.version_of({**FIRST, **without, "visits": {"N": "1"}}) == 4


@pytest.mark.seed(37)
def test_nothing_detected_raises(detected):
    """SEED row 37: an item that no detection knows raises VersionError."""
    with pytest.raises(VersionError, match=r"Person 'a' is of no version that a detection knows\. Known: 1, 2, 4\."):
        migrations_of(detected).version_of({"code": {"S": "a"}})


def test_detections_help_where_the_attribute_is_missing(people):
    """With an attribute, detections are for the items without it; the migrated item then says its version."""
    models.detection(people.model, 2)(lambda item: "first" in item)
    found = migrations_of(people)
    without = {name: value for name, value in SECOND.items() if name != "v"}
    assert found.migrated(without) == FOURTH
    assert found.version_of({"code": {"S": "a"}}) == 1


def test_detected_as_present_is_stamped(people):
    """An item without the attribute that is detected as up to date gets the attribute, and nothing else."""
    models.detection(people.model, 4)(lambda item: "visits" in item)
    without = {name: value for name, value in FOURTH.items() if name != "v"}
    assert migrations_of(people).migrated(without) == FOURTH
    assert people.runs == []


def test_first_version_needs_no_attribute(declare, dynamodb):
    """A model that names an attribute and has no migrations yet leaves its items as they are."""
    model = declare("Plain", table={"item_version": "v"})
    item = {"code": {"S": "a"}}
    assert model._meta.item_migrations.migrated(item) is item
    assert model(code="a").to_item() == {**item, "v": {"N": "1"}}


def test_a_migration_that_is_not_recognised_raises(detected):
    """Without an attribute, an item that would be migrated again after its migration is refused."""
    migrations_of(detected).detections[4] = lambda item: False
    with pytest.raises(VersionError, match="afterwards it is detected as version None, and would be migrated again"):
        migrations_of(detected).migrated(FIRST)


def test_a_migration_that_fails_names_itself(people):
    """What a function raises over an item is a VersionError that names model, key and function."""
    with pytest.raises(
        VersionError, match=r"Person 'a' cannot be migrated: migration 2 \(.*split\) failed with KeyError"
    ) as caught:
        migrations_of(people).migrated({"code": {"S": "a"}})
    assert isinstance(caught.value.__cause__, KeyError)


def test_a_bug_is_no_matter_of_the_item(people):
    """Other errors come through as they are."""
    migrations_of(people).steps[2] = lambda item: 1 / 0 if not item else undefined()  # noqa: F821
    with pytest.raises(NameError):
        migrations_of(people).migrated(FIRST)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda item: item.update(code="b"), "its key 'code' was changed"),
        (lambda item: item.pop("code") and None, "its key 'code' was changed"),
        (lambda item: item.update(ratio=0.5), "ratio: 0.5 is a float"),
        (lambda item: {"code": "a"}, "returned dict"),
    ],
)
def test_what_a_migration_may_not_do(declare, dynamodb, change, message):
    """A migration changes no key, stores nothing that cannot be stored, and returns nothing."""
    model = declare("Plain", table={"item_version": "v"})
    models.migration(model, 2)(change)
    with pytest.raises(VersionError, match=message):
        model._meta.item_migrations.migrated({"code": {"S": "a"}})


def test_a_migration_may_return_its_item(declare, dynamodb):
    """Returning the item itself is no harm."""
    model = declare("Plain", table={"item_version": "v"})
    models.migration(model, 2)(lambda item: item)
    assert model._meta.item_migrations.migrated({"code": {"S": "a"}})["v"] == {"N": "2"}


@pytest.mark.parametrize("number", [1, 0, "2", True, 2.0])
def test_versions_are_whole_numbers(people, number):
    """A migration leads to a whole number from 2 on."""
    with pytest.raises(SchemaError, match="whole number from 2 on"):
        models.migration(people.model, number)(lambda item: None)
    with pytest.raises(SchemaError, match="whole number from 1 on"):
        models.detection(people.model, number if number != 1 else 0)(lambda item: None)


def test_a_number_is_taken_once(people):
    """Two migrations to one version, or two detections of it, are an error that names both."""
    with pytest.raises(SchemaError, match=r"Versioned\.split are both the migration of version 2"):
        models.migration(people.model, 2)(lambda item: None)
    models.migration(people.model, 2)(people.split)  # the same again, from a module that was loaded again


@pytest.mark.parametrize("model", [object(), int, None])
def test_only_models_of_ours(model):
    """Migrations belong to a DynamoDB model."""
    with pytest.raises(SchemaError, match="declared for a DynamoDB model"):
        models.migration(model, 2)(lambda item: None)


def test_a_decorator_hands_the_function_on(people):
    """The function stays what it is, to be called in a test."""

    def function(item):
        """Does nothing."""

    assert models.migration(people.model, 7)(function) is function
    assert migrations_of(people).latest == 7


@pytest.mark.parametrize(
    ("steps", "detections", "attribute", "fault"),
    [
        ([2], [], None, "nothing tells that an item is of version 2"),
        ([2], [2], None, "migration 2 never runs"),
        ([], [1, 2], None, "version 2 has a detection, but no migration"),
        ([2], [3], "v", "version 3 has a detection, but no migration"),
    ],
)
def test_declarations_that_cannot_work(declare, steps, detections, attribute, fault):
    """A version that nothing tells or nothing leads to is a fault, found by the check and by the first read."""
    model = declare("Plain", table={"item_version": attribute} if attribute else {})
    for number in steps:
        models.migration(model, number)(lambda item: None)
    for number in detections:
        models.detection(model, number)(lambda item: True)
    assert fault in " ".join(model._meta.item_migrations.faults)
    with pytest.raises(SchemaError):
        model._meta.item_migrations.migrated({"code": {"S": "a"}})


def test_a_proxy_has_the_versions_of_its_model(people, declare):
    """Declared for the one, they are the other's as well."""
    proxy = declare("Shown", bases=(people.model,), meta={"proxy": True})
    assert proxy._meta.item_migrations is migrations_of(people)


def test_models_without_versions_pay_nothing(declare):
    """A model without declarations is not looked at twice."""
    assert not declare("Plain")._meta.item_migrations.active

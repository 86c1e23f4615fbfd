"""Tests rows 34 to 41 of dynamodb-mapper, its later releases: transactions, migrations, validation, names."""

import datetime as dt
import logging

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import MinLengthValidator

from django_dynamodb import exceptions, models, transaction
from django_dynamodb.exceptions import (
    ConflictError,
    InvalidTypeError,
    InvalidValueError,
    OverwriteError,
    SchemaError,
    TransactionCanceledError,
    VersionError,
)
from tests.declaring import declare
from tests.testapp.models import Account, Thread, Ticket

__all__ = ["declare"]


def pay(tx, payer, payee, amount):
    """Moves an amount from one account to another: a piece of work that reads and writes."""
    one, other = Account.objects.get(owner=payer), Account.objects.get(owner=payee)
    one.balance -= amount
    other.balance += amount
    tx.save(one)
    tx.save(other)


@pytest.fixture
def accounts(dynamodb):
    """Two accounts."""
    for owner in ("ada", "bob"):
        Account.objects.create(owner=owner, balance=10)


def balances():
    """What is in the accounts."""
    return [Account.objects.get(owner=owner).balance for owner in ("ada", "bob")]


@pytest.mark.seed(34)
def test_a_transaction_is_all_or_nothing(accounts):
    """SEED row 34: nothing is left running or half done: all targets are written, or none."""

    def half(tx):
        tx.update(Account.objects.filter(owner="ada"), balance=0)
        tx.update(Account.objects.filter(owner="bob", state="closed"), balance=20)

    with pytest.raises(TransactionCanceledError):
        transaction.run(half, tries=1)
    assert balances() == [10, 10]


@pytest.mark.seed(34)
def test_work_within_work(accounts):
    """SEED row 34: a piece of work adds its part to the transaction of another, in place of a sub-transaction."""

    def both(tx):
        pay(tx, "ada", "bob", 3)
        tx.create(Account(owner="cyd", balance=1))

    transaction.run(both)
    assert balances() == [7, 13]
    assert Account.objects.get(owner="cyd").balance == 1


@pytest.mark.seed(35)
def test_a_changed_target_is_read_again(accounts):
    """SEED row 35: a target that somebody changes in between is fetched and altered again, up to a number of tries."""
    tries = []

    def work(tx):
        tries.append(1)
        pay(tx, "ada", "bob", 3)
        if len(tries) == 1:
            Account.objects.filter(owner="ada").update(balance=5)

    transaction.run(work)
    assert len(tries) == 2
    assert balances() == [2, 13]


@pytest.mark.seed(35)
def test_an_absent_target(accounts):
    """SEED row 35: a target that is not there raises the model's DoesNotExist, and nothing is written."""
    with pytest.raises(Account.DoesNotExist):
        transaction.run(lambda tx: pay(tx, "ada", "nobody", 3))
    assert balances() == [10, 10]


@pytest.mark.seed(36)
def test_every_write_takes_the_flag(dynamodb):
    """SEED row 36: saves and deletes take raise_on_conflict, alone and in a transaction, and errors name the field."""
    thread = Thread.objects.create(forum="a", subject="b")
    Thread.objects.filter(pk=thread.pk).update(author="x")
    for write in (thread.save, thread.delete):
        with pytest.raises(ConflictError):
            write(raise_on_conflict=True)
    with pytest.raises(TransactionCanceledError), transaction.write() as tx:
        tx.delete(thread, raise_on_conflict=True)
    with pytest.raises(TypeError, match=r"Thread\.posted"):
        Thread(forum="a", subject="c", posted=3).save()
    assert issubclass(OverwriteError, ConflictError)


# -- 37: migrations ------------------------------------------------------------------------------------------------


@pytest.fixture
def old(declare, dynamodb):
    """A table of dynamodb-mapper whose items come in three versions, told by check functions; 2 and 3 never were."""
    model = declare.stored(
        "Doc",
        table={"storage": "mapper1", "name": "docs"},
        roles=models.ListField(default=list),
        opened=models.BooleanField(default=False),
        title=models.CharField(max_length=20, blank=True),
    )
    models.detection(model, 1)(lambda item: "role" in item)
    models.detection(model, 4)(lambda item: "roles" in item and "opened" not in item)
    models.detection(model, 10)(lambda item: "opened" in item)

    @models.migration(model, 4)
    def one_role_to_many(item):
        item["roles"] = f'["{item.pop("role")}"]'

    @models.migration(model, 10)
    def opened(item):
        item["opened"] = 1 if item["roles"] != "[]" else 0

    return model


@pytest.mark.seed(37)
def test_a_table_of_the_ancestor_migrates(old):
    """SEED row 37: a table without version attribute is migrated by checks, 10 after 4, in the old encodings."""
    table, key = old._meta.open_table(), {"code": {"S": "a"}}
    table.put({**key, "role": {"S": "admin"}, "title": {"S": "x"}})
    doc = old.objects.get(code="a")
    assert (doc.roles, doc.opened, doc.title) == (["admin"], True, "x")
    assert table.get(key) == {**key, "role": {"S": "admin"}, "title": {"S": "x"}}
    doc.title = "y"
    doc.save()
    assert table.get(key) == {**key, "roles": {"S": '["admin"]'}, "opened": {"N": "1"}, "title": {"S": "y"}}


@pytest.mark.seed(37)
def test_conflicts_compare_what_is_stored(old):
    """SEED row 37: the conflict check of a migrated object is that of its stored item."""
    table, key = old._meta.open_table(), {"code": {"S": "a"}}
    table.put({**key, "role": {"S": "admin"}})
    doc = old.objects.get(code="a")
    doc.save(raise_on_conflict=True)
    table.put({**key, "role": {"S": "admin"}})
    doc = old.objects.get(code="a")
    table.put({**key, "role": {"S": "guest"}})
    with pytest.raises(ConflictError):
        doc.save(raise_on_conflict=True)


@pytest.mark.seed(37)
def test_no_check_that_fits(old):
    """SEED row 37: an item that no check knows raises VersionError."""
    old._meta.open_table().put({"code": {"S": "a"}})
    with pytest.raises(VersionError):
        old.objects.get(code="a")


# -- 38: validation ------------------------------------------------------------------------------------------------


@pytest.mark.seed(38)
def test_validation_lists_all_bad_fields(declare, dynamodb):
    """SEED row 38: full_clean() raises one error for all bad fields; a save runs no validators, as in Django."""
    model = declare.stored(
        "Checked",
        label=models.CharField(max_length=9, validators=[MinLengthValidator(3)]),
        tags=models.ListField(validators=[MinLengthValidator(1)], default=list, blank=True),
        size=models.IntegerField(),
    )
    wrong = model(code="a", label="x", size="y")
    with pytest.raises(ValidationError) as caught:
        wrong.full_clean()
    assert set(caught.value.message_dict) == {"label", "size"}
    wrong.size = 1
    wrong.save()
    assert model.objects.get(code="a").label == "x"


@pytest.mark.seed(38)
def test_unset_is_none_and_defaults_are_copied(declare):
    """SEED row 38: an unset field is None, and no two objects share a default, however deep."""
    model = declare("Copied", size=models.IntegerField(), options=models.MapField(default={"a": [1]}))
    one, other = model(), model()
    one.options["a"].append(2)
    assert one.size is None
    assert other.options == {"a": [1]}


@pytest.mark.seed(38)
def test_none_takes_a_number(dynamodb):
    """SEED row 38: a key of None takes the next number, and a missing counter item begins at the first."""
    table = Ticket._meta.open_table()
    table.delete({"id": {"N": "-1"}})
    assert Ticket.objects.create(id=None).id == 1


@pytest.mark.seed(38)
def test_a_bad_declaration(declare):
    """SEED row 38: a class that cannot work raises SchemaError when it is made."""
    with pytest.raises(SchemaError, match="is no option"):
        declare("Bad", table={"sortkey": "x"})


# -- 39 to 41 ------------------------------------------------------------------------------------------------------


@pytest.mark.seed(39)
def test_one_unit_is_enough():
    """SEED row 39: a throughput of 1 is taken, 0 is refused."""
    assert models.Provisioned(read=1, write=1).read == 1
    with pytest.raises(SchemaError):
        models.Provisioned(read=0, write=1)


@pytest.mark.seed(40)
def test_a_transaction_is_logged(accounts, caplog):
    """SEED row 40: a transaction has its line in the log of accesses, without a logger of its own."""
    with caplog.at_level(logging.DEBUG, "django_dynamodb.access"):
        transaction.run(lambda tx: pay(tx, "ada", "bob", 1))
    assert any("TransactWriteItems" in record.getMessage() for record in caplog.records)


@pytest.mark.seed(40)
@pytest.mark.parametrize("value", [{"at": dt.datetime(2024, 1, 1, tzinfo=dt.UTC)}, {"at": dt.date(2024, 1, 1)}])
def test_dates_in_documents_are_refused(declare, value):
    """SEED row 40: dates within dicts are refused by the field's name, not turned into something else."""
    model = declare("Dated", options=models.MapField(default=dict))
    with pytest.raises(InvalidTypeError, match=r"Dated\.options"):
        model(code="a", options=value).to_item()


@pytest.mark.seed(40)
def test_nothing_is_coerced_in_silence(declare):
    """SEED row 40: a value that would lose something is refused when it is saved, and is what it was until then."""
    model = declare("Counted", size=models.IntegerField(null=True))
    thing = model(code="a", size="x")
    assert thing.size == "x"
    with pytest.raises(InvalidValueError, match=r"Counted\.size"):
        thing.to_item()


@pytest.mark.seed(41)
def test_names_that_are_kept():
    """SEED row 41: the public names are where the page on the rules says."""
    for name in ("get", "get_batch", "query", "scan", "batch_write", "create_table"):
        assert callable(getattr(Thread.objects, name))
    for name in ("save", "delete", "to_json_dict", "from_item", "to_item"):
        assert callable(getattr(Thread, name))
    for name in ("SchemaError", "MaxRetriesExceededError", "OverwriteError", "ConflictError", "InvalidRegionError"):
        assert issubclass(getattr(exceptions, name), exceptions.DynamoDBError)
    assert issubclass(exceptions.VersionError, exceptions.RequestError)

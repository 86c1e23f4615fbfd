"""Tests the version field: what each write demands of the stored version, and what it makes of it."""

import re
import threading

import pytest
from asgiref.sync import async_to_sync
from django.db.models import F, Q

from django_dynamodb import models, transaction
from django_dynamodb.exceptions import (
    ConditionFailedError,
    ConflictError,
    InvalidTypeError,
    ItemDeletedError,
    OverwriteError,
    TransactionCanceledError,
    UnsupportedError,
)
from tests.declaring import declare
from tests.testapp.models import Account

__all__ = ["declare"]


@pytest.fixture
def account(sent):
    """A stored account at version 1, loaded; its calls are forgotten."""
    Account.objects.create(owner="ada", balance=10)
    loaded = get()
    sent.clear()
    return loaded


def get():
    """The account as it is stored."""
    return Account.objects.get("ada", consistent_read=True)


def put_raw(**attributes):
    """Writes an account past the model."""
    Account._meta.open_table().put({"owner": {"S": "ada"}, "balance": {"N": "10"}, **attributes})


def raw():
    """The raw item."""
    return Account._meta.open_table().get({"owner": {"S": "ada"}}, consistent=True)


def overtake():
    """Another writer saves the account."""
    other = get()
    other.balance += 100
    other.save()


# -- counting -----------------------------------------------------------------------------------------------------


def test_field_defaults():
    """A new object has version 0, no form shows the field, and a migration of it names nothing."""
    field = Account._meta.get_field("version")
    assert (Account().version, field.editable, field.deconstruct()[3]) == (0, False, {})


def test_each_write_adds_one(account):
    """The first save stores version 1, each change one more, on the object too."""
    seen = [account.version]
    for balance in (11, 12):
        account.balance = balance
        account.save()
        seen.append(account.version)
    assert (seen, get().version) == ([1, 2, 3], 3)


def test_nothing_changed_is_no_write(account, sent):
    """A save without a change makes no call and counts nothing."""
    account.save()
    assert (sent.calls, account.version) == ([], 1)


def test_condition_alone_counts_nothing(account):
    """A save that only asks its condition leaves the version."""
    account.save(condition=Q(state="open"))
    assert (account.version, get().version) == (1, 1)


def test_update_fields_count(account):
    """A save of named fields counts as well."""
    account.balance, account.state = 1, "shut"
    account.save(update_fields=["balance"])
    assert (get().version, get().balance, get().state) == (2, 1, "open")


def test_queryset_update_adds_one(account):
    """An update without the object adds 1 in the service, and the object is then outdated."""
    assert Account.objects.filter(pk="ada").update(balance=F("balance") + 1) == 1
    assert get().version == 2
    account.balance = 0
    with pytest.raises(ConflictError):
        account.save()


def test_queryset_update_of_one_version(account):
    """A filter by version updates that version only."""
    versions = Account.objects.filter(pk="ada", version=1)
    assert (versions.update(balance=1), versions.update(balance=2), get().balance) == (1, 0, 1)


def test_computed_fields_count(account):
    """F() on another field is computed, and the version counted, in one call."""
    account.balance = F("balance") + 5
    account.save()
    assert (account.balance, account.version, get().version) == (15, 2, 2)


def test_version_of_a_new_object_starts_anew(account):
    """A copy under another key starts at 1, whatever the original's version is."""
    overtake()
    copy = get()
    copy.owner, copy._state.adding = "eve", True
    copy.save()
    assert copy.version == 1


def test_fixture_keeps_its_version(dynamodb):
    """A raw save, as of loaddata, stores the version as it stands."""
    Account(owner="ada", version=7).save_base(raw=True)
    assert get().version == 7


# -- conflicts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"raise_on_conflict": True}, {"condition": Q(state="open")}])
def test_outdated_save(account, options):
    """A save of an outdated object raises with both versions and the stored item, and changes nothing."""
    overtake()
    account.state = "shut"
    with pytest.raises(ConflictError, match="its version is 2, not 1; what differs: balance") as caught:
        account.save(**options)
    assert caught.value.item["version"] == {"N": "2"}
    assert (account.version, account.state, get().state) == (1, "shut", "open")


@pytest.mark.parametrize("options", [{}, {"raise_on_conflict": True}])
def test_outdated_delete(account, options):
    """An outdated object deletes nothing."""
    overtake()
    with pytest.raises(ConflictError):
        account.delete(**options)
    assert get().balance == 110


def test_delete(account):
    """The current version is deleted, in one call."""
    assert account.delete()[0] == 1
    assert raw() is None


def test_save_of_what_was_deleted(account):
    """A save never brings a deleted item back."""
    get().delete()
    account.balance = 1
    with pytest.raises(ItemDeletedError):
        account.save()
    assert raw() is None


def test_delete_of_what_was_deleted(account):
    """Deleting twice does nothing, unless a conflict is to be seen."""
    again = get()
    account.delete()
    assert get_copy(again).delete()[0] == 0
    with pytest.raises(ItemDeletedError):
        again.delete(raise_on_conflict=True)


def get_copy(instance):
    """An object as loaded from the same item."""
    return Account.from_item(instance._state.item)


def test_raise_on_conflict_compares_only_the_version(account, sent):
    """The condition names the key and the version, and no other attribute."""
    account.balance = 1
    account.save(raise_on_conflict=True)
    payload = sent.payloads[-1]
    known = {**payload["ExpressionAttributeNames"], **payload["ExpressionAttributeValues"]}
    assert [known.get(word, word) for word in re.findall(r"[#:]?\w+|=", payload["ConditionExpression"])] == [
        "attribute_exists", "owner", "AND", "version", "=", {"N": "1"},
    ]  # fmt: skip


def test_version_from_a_form(account):
    """A version given to the object, as of a form that was rendered earlier, is the one compared."""
    overtake()
    fresh = get()
    fresh.version, fresh.state = 1, "shut"
    with pytest.raises(ConflictError, match="its version is 2, not 1; reload it"):
        fresh.save()


def test_condition_that_fails_alone(account):
    """With the right version, a failed condition is the caller's."""
    account.balance = 1
    with pytest.raises(ConditionFailedError) as caught:
        account.save(condition=Q(state="shut"))
    assert not isinstance(caught.value, ConflictError)


def test_new_object_replaces(account):
    """Saving a new object replaces what is there, as for every model; create() and raise_on_conflict do not."""
    for options in ({"force_insert": True}, {"raise_on_conflict": True}):
        with pytest.raises(OverwriteError):
            Account(owner="ada").save(**options)
    Account(owner="ada").save()
    assert (get().balance, get().version) == (0, 1)


def test_two_writers(account):
    """Of several writers with the same version exactly one wins."""
    start, results = threading.Barrier(4), []

    def write(number):
        mine = get_copy(account)
        mine.balance = number
        start.wait()
        try:
            mine.save()
        except ConflictError:
            return
        results.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(100, 104)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 1
    assert (get().balance, get().version) == (results[0], 2)


# -- objects that know less ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("attributes", [{}, {"version": {"N": "0"}}, {"version": {"NULL": True}}], ids=str)
def test_item_without_version(dynamodb, attributes):
    """An item without a version loads as 0, and its first save gives it 1; a second such save is a conflict."""
    put_raw(**attributes)
    first, second = get(), get()
    assert first.version == 0
    for account in (first, second):
        account.balance += 1
    first.save()
    assert (first.version, raw()["version"]) == (1, {"N": "1"})
    with pytest.raises(ConflictError, match="is 1, not 0"):
        second.save()


def test_delete_of_an_item_without_version(dynamodb):
    """What has no version yet can be deleted."""
    put_raw()
    assert get().delete()[0] == 1


@pytest.mark.parametrize("way", ["only", "defer", "untracked"])
def test_partly_loaded_objects(account, way):
    """The version is always loaded, so that objects read in part, or without a snapshot, see conflicts too."""
    rows = {
        "only": Account.objects.only("balance"),
        "defer": Account.objects.defer("version"),
        "untracked": Account.objects.untracked(),
    }[way]
    mine, outdated = rows.get(pk="ada"), rows.get(pk="ada")
    mine.balance = outdated.balance = 1
    mine.save(raise_on_conflict=True)
    assert mine.version == 2
    with pytest.raises(ConflictError):
        outdated.save()
    with pytest.raises(ConflictError):
        outdated.delete()


def test_object_from_an_index_without_versions(account):
    """An object read without its version is not written before it is refreshed."""
    found = Account.objects.query("open", index="by_state").get()
    found.state = "shut"
    for write in (found.save, found.delete):
        with pytest.raises(UnsupportedError, match="read without 'version'"):
            write()
    found.refresh_from_db(fields=["version"])
    found.save()
    assert (found.version, get().state) == (2, "shut")


def test_partial_refresh_keeps_the_version(account):
    """Reloading a field leaves the version, which is that of the fields not reloaded; reloading all renews it."""
    overtake()
    account.refresh_from_db(fields=["balance"])
    assert (account.balance, account.version) == (110, 1)
    account.state = "shut"
    with pytest.raises(ConflictError):
        account.save()
    account.refresh_from_db()
    assert account.version == 2


@pytest.mark.parametrize("version", [0, 1])
def test_object_never_loaded(account, version):
    """An object made by hand demands a version only if it is given one; the service counts on from what is stored."""
    overtake()
    mine = Account(owner="ada", state="shut", version=version)
    if version:
        with pytest.raises(ConflictError):
            mine.save(update_fields=["state"])
    else:
        mine.save(update_fields=["state"])
        assert (mine.version, get().version, get().balance) == (3, 3, 110)


def test_delete_by_hand(account):
    """An object made by hand and never loaded deletes whatever is stored, and compares when told to."""
    with pytest.raises(ConflictError):
        Account(owner="ada").delete(raise_on_conflict=True)
    assert Account(owner="ada").delete()[0] == 1


# -- what is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [F("version") + 1, 5])
def test_update_of_the_version(account, value):
    """update() sets no version, computed or plain."""
    with pytest.raises(UnsupportedError, match="each write adds 1"):
        Account.objects.filter(pk="ada").update(version=value)


def test_expression_as_version(account):
    """F() is no version."""
    account.version, account.balance = F("version") + 1, 1
    with pytest.raises(UnsupportedError, match="each write adds 1"):
        account.save()


def test_text_as_version(account):
    """A version is a number."""
    account.version, account.balance = "x", 1
    with pytest.raises(InvalidTypeError, match=r"Account\.version"):
        account.save()


def test_batches_refuse(account):
    """A batch has no conditions, so it takes no object of such a model, unless asked to ignore the versions."""
    for call in (
        lambda: Account.objects.batch_write([account]),
        lambda: Account.objects.batch_write(deletes=["ada"]),
        lambda: Account.objects.bulk_create([Account(owner="eve")]),
    ):
        with pytest.raises(UnsupportedError, match="ignore_versions=True"):
            call()


def test_batches_that_ignore_versions(account):
    """Batches count on from each object's own version, so that whoever loaded the item before sees a conflict."""
    (eve,) = Account.objects.bulk_create([Account(owner="eve", version=9)], ignore_versions=True)
    assert eve.version == 1
    Account.objects.batch_write([get()], ignore_versions=True)
    account.balance = 1
    with pytest.raises(ConflictError):
        account.save()
    assert Account.objects.batch_write(deletes=["ada", "eve"], ignore_versions=True) == 2


def test_batches_ignore_versions_asynchronously(dynamodb):
    """The asynchronous batches take the same keyword."""

    async def write():
        await Account.objects.abulk_create([Account(owner="ada")], ignore_versions=True)
        return await Account.objects.abatch_write(deletes=["ada"], ignore_versions=True)

    assert async_to_sync(write)() == 1


def test_counted_keys_in_bulk(declare, dynamodb):
    """An autoincrement model inserts one by one, each under a condition, and needs no permission."""
    model = declare.stored(id=models.AutoIncrementField(primary_key=True), version=models.VersionField())
    assert [row.version for row in model.objects.bulk_create([model(), model()])] == [1, 1]


# -- transactions -------------------------------------------------------------------------------------------------


def test_transaction_counts(account):
    """Saves and updates in a transaction count; the objects have the new version when it is done."""
    eve = Account(owner="eve")
    account.balance = 1
    Account.objects.create(owner="bob")
    with transaction.write() as tx:
        tx.save(account)
        tx.save(eve)
        tx.update(Account.objects.filter(pk="bob"), state="shut")
        assert (account.version, eve.version) == (1, 0)
    assert (account.version, eve.version, Account.objects.get("bob").version) == (2, 1, 2)


@pytest.mark.parametrize("verb", ["save", "delete"])
def test_outdated_in_a_transaction(account, verb):
    """An outdated object cancels the transaction; it and the others stay as they were."""
    overtake()
    account.balance, eve = 1, Account(owner="eve")
    with pytest.raises(TransactionCanceledError) as caught, transaction.write() as tx:
        _ = tx.save(eve), getattr(tx, verb)(account)
    assert [reason.code for reason in caught.value.reasons] == [None, "ConditionalCheckFailed"]
    assert (account.version, eve.version, get().balance) == (1, 0, 110)


# -- the old encodings --------------------------------------------------------------------------------------------


def test_mapper1_storage(declare, dynamodb):
    """The old encodings store the version as a number, and an absent one is 0."""
    model = declare.stored(table={"storage": "mapper1"}, title=models.CharField(), version=models.VersionField())
    model._meta.open_table().put({"code": {"S": "a"}})
    found = model.objects.get("a")
    found.title = "x"
    found.save()
    assert (found.version, model.objects.get("a").version) == (1, 1)

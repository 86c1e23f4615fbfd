"""Holds that objects are added, edited and deleted, and that nobody's edit is lost."""

import datetime as dt

import pytest
from django.contrib.admin import AdminSite
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db.models.signals import post_delete

from django_dynamodb.admin import DynamoModelAdmin
from django_dynamodb.admin.deletions import deletions_of
from django_dynamodb.testing.assertions import assertDynamoDB
from django_dynamodb.testing.faults import unprocessed
from tests.admin.conftest import address, filled
from tests.testapp.models import Issue, Thread, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.admin.sites")]


@pytest.fixture
def issue(dynamodb):
    """An issue with something in each field."""
    return Issue.objects.create(
        project="web", number=1, title="Slow", labels={"b", "a"}, steps=["x", {"s"}], facts={"n": b"\x00"}
    )


@pytest.fixture
def edit(browse):
    """Opens the form of an object and gives a function that sends it back with changes."""

    def edit(row):
        url = address(type(row), "change", row.pk)
        page = browse.get(url)
        form = page.context["adminform"].form
        assert f'name="{form.note.html_name}"' in page.content.decode()
        data = {**filled(form), "posted_0": "2024-01-02", "posted_1": "03:04:05"}
        return lambda **changes: browse.post(url, {**data, **changes})

    return edit


def test_add(browse):
    """A posted form stores an item, and the log leads to it."""
    data = {
        "project": "web", "number": "1", "title": "New", "state": "open", "opened_0": "2024-01-02",
        "opened_1": "03:04:05", "labels": "b\na", "steps": '["x", 1.50]', "facts": '{"s": {"$NS": [1]}}', "extra": "{}",
    }  # fmt: skip
    answer = browse.post(address(Issue, "add"), data)
    assert answer.status_code == 302, answer.context["errors"]
    stored = Issue.objects.get("web", 1)
    assert (stored.labels, str(stored.steps[1]), stored.facts) == ({"a", "b"}, "1.5", {"s": {1}})
    assert browse.get(LogEntry.objects.get().get_admin_url()).context["original"] == stored


def test_keys_are_read_only(issue, browse):
    """The form of a stored object shows its keys and has no inputs for them; one of a new object has."""
    fields = browse.get(address(Issue, "change", issue.pk)).context["adminform"].form.fields
    assert not {"project", "number"} & fields.keys()
    assert {"project", "number"} <= browse.get(address(Issue, "add")).context["adminform"].form.fields.keys()


def test_shown_is_what_is_read(issue, edit):
    """A form that is sent back as it was shown changes nothing, not even the parts of a second it does not show."""
    assert edit(issue)().status_code == 302
    assert Issue.objects.get(pk=issue.pk).to_item() == issue.to_item()


def test_change(issue, edit):
    """What was edited is stored."""
    assert edit(issue)(title="Fast", labels="c").status_code == 302
    stored = Issue.objects.get(pk=issue.pk)
    assert (stored.title, stored.labels) == ("Fast", {"c"})


def test_second_of_two_editors(issue, edit):
    """The second editor is told what the first one stored; saved once more, the form replaces it."""
    send = edit(issue)
    Issue.objects.filter(pk=issue.pk).update(title="Theirs", state="done")
    answer = send(title="Mine")
    form = answer.context["adminform"].form
    assert "Title, State" in form.non_field_errors()[0]
    assert form.errors["title"] == ["Stored now: Theirs"]
    assert form.errors["state"] == ["Stored now: Done"]
    assert Issue.objects.get(pk=issue.pk).title == "Theirs"
    assert send(title="Mine", as_shown=form.data["as_shown"]).status_code == 302
    assert Issue.objects.get(pk=issue.pk).title == "Mine"


def test_what_was_emptied_meanwhile(issue, edit):
    """What is stored now is told of an emptied field too, and of a moment, whose inputs are two."""
    send = edit(issue)
    Issue.objects.filter(pk=issue.pk).update(labels=set(), opened=dt.datetime(2020, 5, 6, 7, 8, tzinfo=dt.UTC))
    form = send(labels="mine", opened_0="2024-01-01", opened_1="00:00").context["adminform"].form
    assert form.errors["labels"] == ["Stored now: nothing"]
    assert form.errors["opened"] == ["Stored now: May 6, 2020, 2:08 a.m."]


def test_change_at_the_last_moment(issue, edit, sent):
    """A change between the comparison and the write is an error of the form too."""
    send, changes = edit(issue), iter([{"title": "Theirs"}])

    def first(payload, send):
        for change in changes:
            Issue.objects.filter(pk=issue.pk).update(**change)
        return send()

    sent.instead("UpdateItem", first)
    answer = send(title="Mine")
    assert "Title" in answer.context["adminform"].form.non_field_errors()[0]
    assert Issue.objects.get(pk=issue.pk).title == "Theirs"


def test_form_without_its_note(issue, edit):
    """What does not tell what it was filled in from is not stored."""
    answer = edit(issue)(title="Mine", as_shown="")
    assert "Load the page again" in answer.context["adminform"].form.non_field_errors()[0]


def test_number_of_too_many_digits(issue, edit):
    """What DynamoDB cannot store is an error of the form."""
    assert edit(issue)(steps=f"[{'1' * 39}]").status_code == 200
    assert edit(issue)(steps="[NaN]").context["adminform"].form.errors["steps"]


def test_item_over_400_kb(issue, edit, browse):
    """An item that DynamoDB would not store is an error of the form, which names the limit and what is large."""
    answer = edit(issue)(labels="x" * 500_000)
    (said,) = answer.context["adminform"].form.non_field_errors()
    assert "409,600" in said
    assert "Labels (500,000 bytes)" in said
    data = {"project": "web", "number": "9", "title": "t", "state": "open", "opened_0": "2024-01-02"}
    data |= {"opened_1": "03:04:05", "labels": "", "steps": f'["{"y" * 450_000}"]', "facts": "{}", "extra": "{}"}
    assert "Steps (450," in browse.post(address(Issue, "add"), data).content.decode()
    assert Issue.objects.get(pk=issue.pk).labels == {"a", "b"}


def test_list_editable(forum, browse):
    """Rows are read and written together, without a GetItem for each; a row changed meanwhile is an error."""
    url = address(Thread, "changelist") + "?q=AWS"
    data = {}
    formset = browse.get(url).context["cl"].formset
    for form in (formset.management_form, *formset.forms):
        data |= filled(form)
    with assertDynamoDB(batch_gets=2, updates=1, gets=0, scans=0, queries=0):
        assert browse.post(url, {**data, "form-1-views": "77", "_save": "1"}).status_code == 302
    assert Thread.objects.get("AWS", "b").views == 77
    page = browse.post(url, {**data, "form-1-views": "78", "_save": "1"})
    assert "Stored now: 77" in page.content.decode()


def test_delete(issue, browse):
    """The page asks, and the answer deletes."""
    url = address(Issue, "delete", issue.pk)
    assert "web #1" in browse.get(url).content.decode()
    assert browse.post(url, {"post": "yes"}).status_code == 302
    assert not Issue.objects.exists()


def test_bulk_delete(browse):
    """The question reads what was selected and nothing else; sixty go in three batches, and what is left is retried."""
    Issue.objects.bulk_create(Issue(project="web", number=n, title="t") for n in range(70))
    chosen = {"action": "delete_selected", "_selected_action": [f"web~{n}" for n in range(60)]}
    with assertDynamoDB(batch_gets=1, calls=1):
        page = browse.post(address(Issue, "changelist"), {**chosen, "index": "0"})
    assert "web #59" in page.content.decode()
    with assertDynamoDB(batch_gets=1, batch_writes=3, calls=4):
        assert browse.post(address(Issue, "changelist"), {**chosen, "post": "yes"}).status_code == 302
    assert Issue.objects.count() == 10
    assert LogEntry.objects.count() == 60


def test_bulk_delete_of_a_busy_table(browse):
    """What the service leaves of a batch is deleted after a pause, before the answer."""
    Issue.objects.bulk_create(Issue(project="web", number=n, title="t") for n in range(40))
    chosen = {"action": "delete_selected", "_selected_action": [f"web~{n}" for n in range(40)], "post": "yes"}
    with unprocessed(2, "BatchWriteItem") as fault, assertDynamoDB(batch_writes=4):
        assert browse.post(address(Issue, "changelist"), chosen).status_code == 302
    assert fault.happened == 2
    assert not Issue.objects.exists()


def test_bulk_delete_with_receivers(browse):
    """Who listens to deletions hears each of them."""
    Issue.objects.bulk_create(Issue(project="web", number=n, title="t") for n in range(3))
    heard = []

    def receiver(instance, **signal):
        heard.append(instance.number)

    post_delete.connect(receiver, sender=Issue)
    chosen = {"action": "delete_selected", "_selected_action": ["web~0", "web~2"], "post": "yes"}
    try:
        browse.post(address(Issue, "changelist"), chosen)
    finally:
        post_delete.disconnect(receiver, sender=Issue)
    assert heard == [0, 2]
    assert Issue.objects.count() == 1


def test_deletion_of_what_has_no_page(issue, rf, admin_user):
    """An object whose admin has no address is named without a link."""
    request = rf.get("/")
    request.user = admin_user
    links, counted, lacking, _protected = deletions_of(DynamoModelAdmin(Issue, AdminSite("nowhere")), [issue], request)
    assert (links, counted, lacking) == (["Issue: web #1"], {"issues": 1}, set())


@pytest.mark.parametrize("key", ["web~9", "no key", "web~x"])
def test_page_of_nothing(browse, key):
    """A key under which nothing is, or that is none, leads back, with a message."""
    answer = browse.get(address(Issue, "change", key), follow=True)
    assert "exist. Perhaps it was deleted?" in answer.content.decode()


def test_whole_table_is_never_selected(issue, browse):
    """An action on everything is refused."""
    data = {"action": "delete_selected", "_selected_action": [issue.pk], "select_across": "1", "index": "0"}
    assert browse.post(address(Issue, "changelist"), data).status_code == 400


def test_autocomplete(browse, issue):
    """Completing a pointer is one call."""
    ticket = Ticket.objects.create(title="x")
    asked = {"app_label": "testapp", "model_name": "issue", "field_name": "ticket", "term": str(ticket.pk)}
    with assertDynamoDB(calls=1):
        found = browse.get("/admin/autocomplete/", asked).json()
    assert found == {"results": [{"id": str(ticket.pk), "text": str(ticket)}], "pagination": {"more": False}}


def test_view_permission_alone(issue, client, django_user_model):
    """Who may only look sees the object, and no button that saves."""
    user = django_user_model.objects.create_user("eve", password="x", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_issue"))
    client.force_login(user)
    page = client.get(address(Issue, "change", issue.pk)).content.decode()
    assert "Slow" in page
    assert 'name="_save"' not in page


def test_history(issue, edit, browse):
    """The history tells what was changed."""
    edit(issue)(title="Fast")
    assert "Changed Title." in browse.get(address(Issue, "history", issue.pk)).content.decode()

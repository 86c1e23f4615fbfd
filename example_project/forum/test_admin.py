"""Tests of the forum in the admin: what is found by key, what an index filters, and whose edit is kept."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import quote
from django.core.management import call_command

from django_dynamodb.testing.assertions import assertDynamoDB
from forum.models import Forum, Reply, Report, Thread

pytestmark = [pytest.mark.dynamodb, pytest.mark.django_db]


@pytest.fixture
def thread():
    """A thread with a reply."""
    forum = Forum.objects.create(slug="tea", title="Tea room", description="Anything else.", threads=1)
    thread = Thread.objects.create(forum=forum, key="20260102-1", subject="Green tea", author="Ada", body="Hot.")
    Reply.objects.create(thread=thread.pk, number=thread.count_reply(), author="Bea", body="Yes.")
    return thread


@pytest.fixture
def reports():
    """Four reports, one of which is done."""
    states = [Report.State.NEW, Report.State.NEW, Report.State.KEPT, Report.State.NEW]
    return [Report.objects.create(thread="tea~1", reason=f"Reason {n}", state=state) for n, state in enumerate(states)]


def listed(client, path):
    """The rows of a list."""
    return list(client.get(f"/admin/forum/{path}").context["cl"].result_list)


def shown(client, url):
    """What the browser would send back of a form as it was shown."""
    form = client.get(url).context["adminform"].form
    return {bound.html_name: bound.value() or "" for bound in form}


def test_every_list_opens(admin_client):
    """The admin shows all models, with nothing in them and with the sample data."""
    for _ in range(2):
        for name in ("forum", "thread", "reply", "report"):
            assert admin_client.get(f"/admin/forum/{name}/").status_code == 200
        call_command("seed_forum")


def test_threads_of_a_forum(admin_client, thread):
    """A forum's key finds its threads, newest first; the beginning of a time finds those of then."""
    Thread.objects.create(forum_id="tea", key="20260103-1", subject="Later", author="Ada", body="b")
    assert [row.subject for row in listed(admin_client, "thread/?q=tea")] == ["Later", "Green tea"]
    assert listed(admin_client, "thread/?q=tea 20260102") == [thread]


def test_reports_by_state(admin_client, reports):
    """The filter is one Query of the index, newest first."""
    admin_client.get("/admin/forum/report/")  # the session is read from here on, not begun
    with assertDynamoDB(queries=1, gets=1, calls=2):
        found = listed(admin_client, "report/?state__exact=new")
    assert [report.pk for report in found] == [4, 2, 1]


def test_reports_lead_to_their_posts(admin_client, thread):
    """To the thread, or to the page with the reply."""
    Report.objects.create(thread=thread.pk, reason="Too hot.")
    Report.objects.create(thread=thread.pk, reply=1, reason="Too short.")
    page = admin_client.get("/admin/forum/report/").content.decode()
    assert f'<a href="{thread.get_absolute_url()}">Thread</a>' in page
    assert f'<a href="{Reply.objects.get(thread.pk, 1).get_absolute_url()}">Reply 1</a>' in page


def test_posts_are_kept(admin_client, reports):
    """The action settles what is new, and nothing that somebody settled already."""
    chosen = {"action": "keep_posts", "_selected_action": [str(report.pk) for report in reports[1:]]}
    answer = admin_client.post("/admin/forum/report/", chosen, follow=True)
    assert "2 of 3 were new" in answer.content.decode()
    assert [row.pk for row in Report.objects.filter(state=Report.State.NEW)] == [1]


def test_states_are_edited_in_the_list(admin_client, reports):
    """A row of the list is a form."""
    formset = admin_client.get("/admin/forum/report/?state__exact=new").context["cl"].formset
    data = {bound.html_name: bound.value() for form in (formset.management_form, *formset.forms) for bound in form}
    data |= {"form-0-state": "removed", "_save": "Save"}
    assert admin_client.post("/admin/forum/report/?state__exact=new", data).status_code == 302
    assert Report.objects.get(4).state == Report.State.REMOVED


def test_an_edit_counts_the_revision(admin_client, thread):
    """So the forum's own editors see that somebody was faster; the log has it, and a reply meanwhile is no conflict."""
    url = f"/admin/forum/thread/{quote(thread.pk)}/change/"
    data = shown(admin_client, url)
    Thread.objects.get(pk=thread.pk).count_reply()
    assert admin_client.post(url, data | {"subject": "Black tea"}).status_code == 302
    thread.refresh_from_db()
    assert (thread.subject, thread.revision, thread.edited_by, thread.replies) == ("Black tea", 2, "admin", 2)
    assert LogEntry.objects.get().get_change_message() == "Changed Subject."


def test_the_second_of_two_editors(admin_client, thread):
    """Is told what the first one stored."""
    url = f"/admin/forum/thread/{quote(thread.pk)}/change/"
    data = shown(admin_client, url)
    Thread.objects.filter(pk=thread.pk).update(subject="Theirs")
    assert "Stored now: Theirs" in admin_client.post(url, data | {"subject": "Mine"}).content.decode()


@pytest.mark.parametrize("selected", [True, False])
def test_replies_go_with_their_thread(admin_client, thread, selected):
    """Whether it is deleted by itself or among others."""
    if selected:
        data = {"action": "delete_selected", "_selected_action": [thread.pk], "post": "yes"}
        admin_client.post("/admin/forum/thread/", data)
    else:
        admin_client.post(f"/admin/forum/thread/{quote(thread.pk)}/delete/", {"post": "yes"})
    assert not Thread.objects.query("tea").exists()
    assert not Reply.objects.query(thread.pk).exists()
    assert Forum.objects.get("tea").threads == 0


def test_new_thread(admin_client, thread):
    """The forum of a new thread is completed as it is typed; a slug is fixed once it is stored."""
    asked = {"app_label": "forum", "model_name": "thread", "field_name": "forum", "term": "tea"}
    assert admin_client.get("/admin/autocomplete/", asked).json()["results"] == [{"id": "tea", "text": "Tea room"}]
    data = {"forum": "tea", "subject": "White tea", "author": "Ada", "body": "b", "tags": "white"}
    assert admin_client.post("/admin/forum/thread/add/", data).status_code == 302
    assert listed(admin_client, "thread/?q=tea")[0].subject == "White tea"
    assert "slug" in admin_client.get("/admin/forum/forum/add/").context["adminform"].form.fields
    assert "slug" not in admin_client.get("/admin/forum/forum/tea/change/").context["adminform"].form.fields


@pytest.mark.parametrize("name", ["reply", "report"])
def test_written_elsewhere(admin_client, name):
    """What gets its number from a page of the forum is not added here."""
    assert admin_client.get(f"/admin/forum/{name}/add/").status_code == 403

"""Tests of the forum's pages; ``@pytest.mark.dynamodb`` gives each empty tables and removes what it writes."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from forum.models import Forum, Reply, Report, Thread

pytestmark = pytest.mark.dynamodb

EDIT = {"edited_by": "Bea", "subject": "Green tea", "body": "Warm.", "tags": "green"}


@pytest.fixture
def forum():
    return Forum.objects.create(slug="tea", title="Tea room", description="Anything else.", threads=1)


@pytest.fixture
def thread(forum):
    return Thread.objects.create(forum=forum, subject="Green tea", author="Ada", body="Hot.", tags={"green"})


def edit_url(thread):
    return reverse("forum:thread-edit", args=[thread.pk])


def test_list_and_forum(client, thread):
    """The forum is listed, and lists its threads."""
    assert b"Tea room" in client.get("/forum/").content
    assert b"Green tea" in client.get(thread.forum.get_absolute_url()).content


def test_empty_list_says_what_to_do(client):
    """Without forums the page names the command that opens some."""
    assert b"seed_forum" in client.get("/forum/").content


def test_pages_of_threads(client, forum):
    """Threads come newest first; the links lead through all of them and back, each once."""
    keys = [f"2026010{number // 10}-{number:02}" for number in range(25)]
    Thread.objects.batch_write(puts=(Thread(forum=forum, key=key, subject="s", author="a", body="b") for key in keys))
    seen, query = [], ""
    while query is not None:
        page = client.get(forum.get_absolute_url() + query).context["page"]
        seen.append([thread.key for thread in page])
        query, previous = f"?page={page.next}" if page.has_next else None, page.previous
    assert [len(rows) for rows in seen] == [10, 10, 5]
    assert [key for page in seen for key in page] == keys[::-1]
    back = client.get(f"{forum.get_absolute_url()}?page={previous}").context["page"]
    assert [thread.key for thread in back] == seen[1]
    assert back.has_previous
    assert back.has_next


def test_new_thread(client, forum):
    """A thread is stored with its tags, counted, and its author's name is remembered."""
    sent = {"author": "Ada", "subject": "Milk?", "body": "Or lemon.", "tags": "milk, lemon,,"}
    answer = client.post(reverse("forum:thread-new", args=[forum.pk]), sent, follow=True)
    thread = Thread.objects.query("tea")[0]
    assert answer.redirect_chain == [(thread.get_absolute_url(), 302)]
    assert b"Your thread is open." in answer.content
    assert b'value="Ada"' in answer.content
    assert thread.tags == {"milk", "lemon"}
    assert Forum.objects.get("tea").threads == 2


def test_new_thread_needs_its_fields(client, forum):
    """A form with errors stores nothing."""
    answer = client.post(reverse("forum:thread-new", args=[forum.pk]), {"author": "Ada"})
    assert set(answer.context["form"].errors) == {"subject", "body"}
    assert not Thread.objects.query("tea").exists()


def test_replies_are_numbered(client, thread):
    """Each reply gets the next number, from a counter in the thread."""
    for _ in range(3):
        client.post(thread.get_absolute_url(), {"author": "Bea", "body": "Yes."})
    assert [reply.number for reply in Reply.objects.query(thread.pk)] == [1, 2, 3]
    thread.refresh_from_db()
    assert thread.replies == 3


def test_reply_leads_to_its_page(client, thread):
    """Who replies sees the page with that reply."""
    Reply.objects.batch_write(puts=(Reply(thread=thread.pk, number=n, author="a", body="b") for n in range(1, 21)))
    Thread.objects.filter(pk=thread.pk).update(replies=20)
    answer = client.post(thread.get_absolute_url(), {"author": "Bea", "body": "Too late?"}, follow=True)
    assert [reply.number for reply in answer.context["page"]] == [21]


def test_edit(client, thread):
    """An edit is stored, with the name of who did it."""
    client.post(edit_url(thread), EDIT | {"revision": 1})
    thread.refresh_from_db()
    assert (thread.body, thread.edited_by, thread.revision, thread.author) == ("Warm.", "Bea", 2, "Ada")


def test_a_reply_is_no_conflict(client, thread):
    """Somebody may reply while another one edits."""
    client.post(thread.get_absolute_url(), {"author": "Cy", "body": "Yes."})
    assert client.post(edit_url(thread), EDIT | {"revision": 1}).status_code == 302


def test_two_editors(client, thread):
    """The second editor is told what the first one stored, keeps the own text, and may save it knowingly."""
    client.post(edit_url(thread), EDIT | {"revision": 1})
    mine = EDIT | {"edited_by": "Cy", "body": "Iced."}
    answer = client.post(edit_url(thread), mine | {"revision": 1})
    assert "Bea changed this thread" in answer.content.decode()
    assert ("stored", "Warm.") in answer.context["form"].conflict["body"]
    assert ("written", "Iced.") in answer.context["form"].conflict["body"]
    assert Thread.objects.get(pk=thread.pk).body == "Warm."
    again = answer.context["form"]["revision"].value()
    client.post(edit_url(thread), mine | {"revision": again})
    assert Thread.objects.get(pk=thread.pk).body == "Iced."


@pytest.mark.parametrize("page", ["forum:thread", "forum:thread-edit"])
def test_deleted_meanwhile(client, thread, page):
    """Whoever writes to a thread that is gone gets the text back, and nothing is stored."""
    thread.delete()
    answer = client.post(
        reverse(page, args=[thread.pk]), EDIT | {"author": "Bea", "body": "A long text", "revision": 1}
    )
    assert answer.status_code == 410
    assert b"A long text" in answer.content
    assert not Thread.objects.query("tea").exists()


def test_delete(client, thread):
    """The page asks first; then the thread goes with its replies and is counted no more."""
    client.post(thread.get_absolute_url(), {"author": "Bea", "body": "Yes."})
    url = reverse("forum:thread-delete", args=[thread.pk])
    assert b"Its 1 reply goes with it." in client.get(url).content
    client.post(url)
    assert not Thread.objects.query("tea").exists()
    assert not Reply.objects.query(thread.pk).exists()
    assert Forum.objects.get("tea").threads == 0


def test_report(client, thread):
    """A report has a number of its own, which the visitor is told."""
    client.post(thread.get_absolute_url(), {"author": "Bea", "body": "Yes."})
    client.post(reverse("forum:report", args=[thread.pk]), {"reason": "Too hot."})
    answer = client.post(reverse("forum:report-reply", args=[thread.pk, 1]), {"reason": "Too short."}, follow=True)
    assert b"Your report has the number 2." in answer.content
    assert [(report.pk, report.reply) for report in sorted(Report.objects.all(), key=lambda report: report.pk)] == [
        (1, None),
        (2, 1),
    ]


@pytest.mark.parametrize(
    "path",
    [
        "in/none/",
        "in/none/new/",
        "in/tea/?page=x",
        "thread/a~b/reply/9999999999999999999999999999999999999999/",
        "thread/a~b/report/9999999999999999999999999999999999999999/",
        "thread/none/",
        "thread/a~b/",
        "thread/a~b/edit/",
        "thread/a~b/report/",
        "thread/a~b/report/1/",
    ],
)
def test_not_found(client, forum, path):
    """What does not exist is not found, be its key well formed or not."""
    assert client.get(f"/forum/{path}").status_code == 404


def test_seed_forum(client):
    """The command opens forums once, and every thread in them can be read."""
    call_command("seed_forum")
    call_command("seed_forum")
    forums = Forum.objects.all()
    assert sum(forum.threads for forum in forums) == len(Thread.objects.all())
    assert {client.get(thread.get_absolute_url()).status_code for thread in Thread.objects.all()} == {200}
    assert Report.objects.query("new", index="by_state").count() == 2

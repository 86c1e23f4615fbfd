"""Holds the asynchronous twins of reading and writing."""

import asyncio

import pytest
from asgiref.sync import async_to_sync

from django_dynamodb.exceptions import OverwriteError
from tests.testapp.models import Note, Thread


def run(story):
    """Runs an asynchronous function as a view is run: what must stay in this thread does."""
    return async_to_sync(story)()


def threads(names="abc"):
    """New threads of one forum."""
    return [Thread(forum="AWS", subject=name, views=views) for views, name in enumerate(names)]


@pytest.fixture
def forum(dynamodb):
    """Three stored threads."""
    Thread.objects.bulk_create(threads())
    return Thread.objects.filter(forum="AWS")


def test_object(dynamodb):
    """acreate, asave, aget, adelete, arefresh_from_db."""

    async def story():
        thread = await Thread.objects.acreate(forum="AWS", subject="a")
        thread.views = 3
        await thread.asave()
        loaded = await Thread.objects.aget("AWS", "a", consistent_read=True)
        await thread.arefresh_from_db()
        return loaded.views, thread.views, await thread.adelete()

    assert run(story) == (3, 3, (1, {"testapp.Thread": 1}))


def test_options_pass(dynamodb):
    """Keyword options of ours reach the method behind the twin."""

    async def story():
        await Thread(forum="AWS", subject="a").asave()
        await Thread(forum="AWS", subject="a").asave(raise_on_conflict=True)

    with pytest.raises(OverwriteError):
        run(story)


def test_query_set(forum):
    """The twins of a query set's methods."""

    async def story():
        return [
            await forum.acount(), await forum.aexists(), (await forum.afirst()).subject, (await forum.alast()).subject,
            (await forum.aearliest("subject")).subject, (await forum.alatest("subject")).subject,
            len(await forum.ain_bulk(["AWS~a"])), await forum.acontains(threads()[0]), await forum.aupdate(views=5),
            (await forum.aget_or_create(forum="AWS", subject="a"))[1], (await forum.aexplain())[:5],
            (await Thread.objects.aupdate_or_create(forum="AWS", subject="n"))[1],
            len(await Thread.objects.abulk_create(threads("xyz"))), (await forum.adelete())[0],
        ]  # fmt: skip

    assert run(story) == [3, True, "a", "c", "a", "c", 1, True, 3, False, "Query", True, 3, 7]


def test_iteration(forum):
    """``async for`` over a query set and over its iterator, in any shape."""

    async def story():
        return (
            [thread.subject async for thread in forum],
            [thread.subject async for thread in forum.aiterator(chunk_size=2)],
            [name async for name in forum.values_list("subject", flat=True)],
        )

    assert run(story) == (["a", "b", "c"],) * 3


def test_gathered(forum):
    """Reads gathered in one loop each get their own answer."""

    async def story():
        return await asyncio.gather(*(Thread.objects.aget("AWS", name) for name in "abcabcabc"))

    assert [thread.subject for thread in run(story)] == list("abcabcabc")


def test_our_own_methods_have_twins(forum):
    """What a query set has beyond Django's has its twin too."""

    async def story():
        batch = await Thread.objects.aget_batch(["AWS~b", "AWS~a"])
        return [thread.subject for thread in batch], await Thread.objects.abatch_write(threads("q"), ["AWS~a"])

    assert run(story) == (["b", "a"], 2)


@pytest.mark.django_db
def test_related_rows(dynamodb, django_user_model):
    """Rows read along by SQL are read in the thread that SQL belongs to."""
    note = Note.objects.create(owner=django_user_model.objects.create(username="ann"), text="x")

    async def story():
        return [note.owner.username async for note in Note.objects.select_related("owner").aiterator()]

    assert run(story) == ["ann"]
    assert note.owner_id

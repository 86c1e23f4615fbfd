"""Holds what Django's own tests of sessions do not: calls, conditions, expiry before the sweep, outages, requests."""

import logging
import time

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import authenticate, get_user_model, login, logout
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpResponse
from django.test import AsyncClient
from django.urls import path
from django.utils.connection import ConnectionDoesNotExist

from django_dynamodb.exceptions import ItemTooLargeError, ServiceUnavailableError, TestSafetyError, ThrottledError
from django_dynamodb.sessions import EXPIRES, SESSION_DATA, SESSION_KEY, SessionStore, session_table
from django_dynamodb.tables import lifecycle
from django_dynamodb.testing.assertions import assertDynamoDB
from django_dynamodb.testing.faults import throttled, unavailable

PASSWORD = "correct horse"


@pytest.fixture
def engine(dynamodb, settings):
    """Sessions in DynamoDB, and their table."""
    settings.SESSION_ENGINE = "django_dynamodb.sessions"
    lifecycle.ensure(session_table())


@pytest.fixture
def session(engine):
    """A stored session."""
    made = SessionStore()
    made["cart"] = [1, 2]
    made.save()
    return made


def stored(session):
    """The item as the service has it."""
    return session_table().get({SESSION_KEY: {"S": session.session_key}}, consistent=True)


def expire(session):
    """Lets a stored session be over, and not swept yet."""
    session_table().put({**stored(session), EXPIRES: {"N": str(int(time.time()) - 60)}})


def again(session):
    """The same session in another request."""
    return SessionStore(session.session_key)


class TestStored:
    """What stands in the table."""

    def test_item(self, session):
        """The key, what Django makes of the content, and the end in whole seconds."""
        item = stored(session)
        assert item.keys() == {SESSION_KEY, SESSION_DATA, EXPIRES}
        assert session.decode(item[SESSION_DATA]["S"]) == {"cart": [1, 2]}
        assert abs(int(item[EXPIRES]["N"]) - time.time() - session.get_session_cookie_age()) < 60

    def test_the_content_is_that_of_sessions_in_sql(self, session):
        """What one engine wrote the other reads, so sessions can be copied."""
        assert DatabaseStore().decode(stored(session)[SESSION_DATA]["S"]) == {"cart": [1, 2]}

    @pytest.mark.parametrize("expiry", [60, 60.5])
    def test_own_expiry(self, session, expiry):
        """set_expiry() counts from each save."""
        session.set_expiry(expiry)
        before = time.time()
        session.save()
        assert before + expiry <= int(stored(session)[EXPIRES]["N"]) <= time.time() + expiry + 1

    def test_compressed(self, session):
        """A megabyte that compresses is stored."""
        session["text"] = "x" * 1_000_000
        session.save()
        assert again(session)["text"] == "x" * 1_000_000

    def test_too_large(self, session):
        """What is over 400 KB is refused with its size, before anything is sent, and without the session's key."""
        session["text"] = [f"{n * 7919 % 1_000_003:x}" for n in range(200_000)]
        with assertDynamoDB(calls=0), pytest.raises(ItemTooLargeError, match=r"The session has [\d,]+ bytes") as raised:
            session.save()
        assert raised.value.size > 409_600
        assert session.session_key not in str(raised.value)
        assert raised.value.key is None


class TestCalls:
    """One call each."""

    def test_reading_and_writing(self, engine):
        """A new key is found free by the call that takes it."""
        session = SessionStore()
        session["a"] = 1
        with assertDynamoDB(puts=1, calls=1):
            session.save()
        with assertDynamoDB(gets=1, calls=1):
            assert again(session)["a"] == 1
        with assertDynamoDB(gets=1, calls=1):
            assert session.exists(session.session_key)
        with assertDynamoDB(puts=1, deletes=1, calls=2):
            session.cycle_key()
        with assertDynamoDB(deletes=1, calls=1):
            session.flush()

    def test_nothing_to_read(self, engine):
        """A visitor without a cookie costs nothing."""
        with assertDynamoDB(calls=0):
            session = SessionStore()
            assert session.get("a") is None
            assert not session.exists(None)
            session.delete()


class TestConditions:
    """What is there decides, not what was read before."""

    def test_create(self, session):
        """A key that is taken is not taken over."""
        other = again(session)
        with pytest.raises(CreateError):
            other.save(must_create=True)
        assert again(session)["cart"] == [1, 2]

    def test_a_new_key_that_is_taken(self, session, monkeypatch):
        """Another one is tried."""
        keys = iter([session.session_key, "a" * 32])
        monkeypatch.setattr("django_dynamodb.sessions.get_random_string", lambda *_: next(keys))
        new = SessionStore()
        new.create()
        assert (new.session_key, new.modified) == ("a" * 32, True)
        assert again(session)["cart"] == [1, 2]

    def test_no_resurrection(self, session):
        """A session that was deleted meanwhile stays so."""
        session["cart"] = [3]
        again(session).delete()
        with pytest.raises(UpdateError):
            session.save()
        assert stored(session) is None

    def test_a_key_nobody_has(self, engine):
        """A cookie that was made up saves nothing."""
        with pytest.raises(UpdateError):
            SessionStore("m" * 32).save()

    @pytest.mark.parametrize("key", ["é" * 2000, "x" * 2049])
    def test_a_key_nobody_can_have(self, engine, key):
        """A cookie may hold anything; it is no session, and no error."""
        with assertDynamoDB(calls=0):
            session = SessionStore(key)
            assert not session.exists(key)
            session.delete(key)
            assert session.load() == {}
            assert session.session_key is None


class TestExpiry:
    """What is over is absent before the service deletes it."""

    def test_reads(self, session):
        """It is not loaded, and does not exist."""
        expire(session)
        other = again(session)
        assert not other.exists(session.session_key)
        assert other.load() == {}
        assert other.session_key is None

    def test_save(self, session):
        """It is not saved, as one that was deleted is not."""
        session["cart"] = [3]
        expire(session)
        with pytest.raises(UpdateError):
            session.save()

    def test_create(self, session):
        """It holds no key."""
        expire(session)
        other = again(session)
        other.save(must_create=True)
        assert again(session).load() == {}

    def test_the_service_is_told(self, engine):
        """The table expires by the attribute that is written."""
        assert lifecycle.describe(session_table()).ttl == EXPIRES

    def test_nothing_is_left_to_clear(self, engine, caplog):
        """clear_expired() calls nothing, and says what happens instead."""
        with caplog.at_level(logging.INFO, "django_dynamodb"), assertDynamoDB(calls=0):
            SessionStore.clear_expired()
            async_to_sync(SessionStore.aclear_expired)()
        first, second = caplog.messages
        assert first == second
        assert "DynamoDB itself deletes expired sessions" in first


class TestOutage:
    """An outage is an error and not a logout."""

    @pytest.mark.parametrize(
        "call",
        [
            lambda session: again(session).load(),
            lambda session: again(session).get("cart"),
            lambda session: session.exists("k" * 32),
            lambda session: session.save(),
            lambda session: session.create(),
            lambda session: session.cycle_key(),
            lambda session: session.flush(),
            lambda session: async_to_sync(again(session).aload)(),
        ],
    )
    @pytest.mark.parametrize(("fault", "error"), [(throttled, ThrottledError), (unavailable, ServiceUnavailableError)])
    def test_each_call(self, session, call, fault, error):
        """Each method passes the error on, and the session is there afterwards."""
        kept = again(session)
        with fault(times=1), pytest.raises(error):
            call(session)
        assert kept.load() == {"cart": [1, 2]}

    def test_a_missing_table(self, dynamodb, settings):
        """It is no empty session."""
        settings.DYNAMODB_SESSIONS = {"TABLE": "not_made"}
        with pytest.raises(LookupError, match="not_made"):
            SessionStore("k" * 32).load()

    def test_an_unknown_alias(self, settings):
        """It is found out at the first use."""
        settings.DYNAMODB_SESSIONS = {"USING": "nowhere"}
        with pytest.raises(ConnectionDoesNotExist, match="'nowhere'"):
            SessionStore("k" * 32).load()

    def test_without_the_fixture_nothing_is_sent(self):
        """The locks of a test run hold for sessions too."""
        with pytest.raises(TestSafetyError):
            SessionStore("k" * 32).load()


def enter(request):
    """Logs the user in."""
    login(request, authenticate(request, username="ada", password=PASSWORD))
    return HttpResponse()


def leave(request):
    """Logs the user out."""
    logout(request)
    return HttpResponse()


def visit(request):
    """Looks who it is."""
    return HttpResponse(request.user.get_username())


async def avisit(request):
    """Looks who it is, and notes the visit."""
    await request.session.aset("visited", True)
    return HttpResponse((await request.auser()).get_username())


def fill(request):
    """Puts something into the cart."""
    request.session["cart"] = [1]
    return HttpResponse()


def untouched(request):
    """Has no use for the session."""
    return HttpResponse()


def elsewhere(request):
    """The session ends in another request while this one runs."""
    request.session["cart"] = [1]
    SessionStore(request.session.session_key).delete()
    return HttpResponse()


VIEWS = (enter, leave, visit, avisit, fill, untouched, elsewhere)
urlpatterns = [path(view.__name__, view) for view in VIEWS]


@pytest.mark.urls(__name__)
@pytest.mark.django_db
class TestRequests:
    """Django's middleware and auth on the engine, on the test client."""

    @pytest.fixture(autouse=True)
    def _user(self, engine):
        get_user_model().objects.create_user("ada", password=PASSWORD)

    def test_a_visit_from_login_to_logout(self, client):
        """The calls of each request, as the documentation states them."""
        with assertDynamoDB(calls=0):
            client.get("/untouched")
            client.get("/visit")
        with assertDynamoDB(puts=1, calls=1):
            client.get("/fill")
        anonymous = client.session.session_key
        with assertDynamoDB(gets=1, puts=2, deletes=1, calls=4):
            client.get("/enter")
        key = client.session.session_key
        assert key != anonymous
        with assertDynamoDB(gets=1, calls=1):
            assert client.get("/visit").content == b"ada"
        with assertDynamoDB(calls=0):
            client.get("/untouched")
        with assertDynamoDB(gets=1, puts=1, calls=2):
            client.get("/fill")
        with assertDynamoDB(gets=1, deletes=1, calls=2):
            client.get("/leave")
        assert client.get("/visit").content == b""
        assert not SessionStore().exists(key)
        assert not SessionStore().exists(anonymous)

    def test_login_of_a_new_visitor(self, client):
        """Without a session before, a login makes one and saves it."""
        with assertDynamoDB(puts=2, calls=2):
            client.get("/enter")

    def test_login_of_the_test_client(self, client):
        """client.login() and client.logout() use the engine."""
        assert client.login(username="ada", password=PASSWORD)
        assert client.get("/visit").content == b"ada"
        client.logout()
        assert client.get("/visit").content == b""

    def test_logged_out_meanwhile(self, client):
        """The request that saves last does not log the user in again."""
        client.get("/enter")
        key = client.session.session_key
        assert client.get("/elsewhere").status_code == 400
        assert not SessionStore().exists(key)

    def test_an_outage_logs_nobody_out(self, client):
        """The request fails, the cookie and the session stay."""
        client.get("/enter")
        with throttled(times=1), pytest.raises(ThrottledError):
            client.get("/visit")
        assert client.get("/visit").content == b"ada"


@pytest.mark.urls(__name__)
@pytest.mark.django_db(transaction=True)
def test_asynchronous_requests(engine, client):
    """A view that is a coroutine reads and saves by the asynchronous twins."""
    user = get_user_model().objects.create_user("ada", password=PASSWORD)
    asynchronous = AsyncClient()

    async def story():
        await asynchronous.aforce_login(user)
        with assertDynamoDB(gets=1, puts=1, calls=2):
            answer = await asynchronous.get("/avisit")
        session = await asynchronous.asession()
        assert await session.aexists(session.session_key)
        return answer.content, await session.aget("visited")

    assert async_to_sync(story)() == (b"ada", True)

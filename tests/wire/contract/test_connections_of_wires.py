"""Holds the wires to how they keep connections: reuse, limits, threads, forks, TLS, cancellation, the end of a loop."""

import asyncio
import gc
import os
import ssl
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

import pytest
import trustme

from django_dynamodb import exceptions
from django_dynamodb.coroutines import run
from tests.wire.contract.server import OK, FaultServer

GET = b'{"TableName":"t","Key":{"k":{"S":"a"}}}'
PUT = b'{"TableName":"t","Item":{"k":{"S":"a"}}}'
LEAN = ("lean", "async")


def until(condition):
    """Waits until something holds."""
    for _ in range(500):
        if condition():
            return
        sleep(0.01)
    raise AssertionError("it never came to hold")


def test_end_of_an_idle_connection(wire, service):
    """A connection that ended while idle is noticed before it is used."""
    service.end_after()
    wire("PutItem", PUT)
    until(lambda: not service.open)
    assert wire("PutItem", PUT) == OK
    assert len(service.requests) == 2


@pytest.mark.parametrize("kind", LEAN)
def test_reads_are_sent_again_at_once(wire, service, waits):
    """A read whose kept connection ends before the answer is sent again without a pause, once."""
    wire("GetItem", GET)
    service.drop()
    assert wire("GetItem", GET) == OK
    assert waits == []
    service.drop(times=2)
    assert wire("GetItem", GET) == OK
    assert waits == [1]


@pytest.mark.parametrize("kind", LEAN)
def test_writes_are_not(wire, service, waits):
    """A write may have happened, so it counts as an attempt like any other, as in botocore."""
    wire("PutItem", PUT)
    service.drop()
    assert wire("PutItem", PUT) == OK
    assert waits == [1]


@pytest.mark.parametrize("kind", ["lean", "botocore"])
def test_threads(make, kind, service):
    """32 threads at once get their own answers; afterwards no more connections stay than the settings say."""

    def echo(connection, request):
        return service._send(
            connection, b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(request.body), request.body)
        )

    bodies = [b'{"TableName":"t%d"}' % number for number in range(320)]
    service.plan.extend([echo] * len(bodies))
    wire = make(kind, service.url, max_pool_connections=4)
    with ThreadPoolExecutor(32) as pool:
        assert list(pool.map(lambda body: wire("GetItem", body), bodies)) == bodies
    until(lambda: service.open <= 4)


FORK = """
import os, sys, threading
import boto3
from botocore.config import Config
from django_dynamodb.wire.credentials import SessionKeys
from django_dynamodb.wire.lean import LeanWire
session = boto3.Session("key", "secret", region_name="eu-west-1")
client = session.client("dynamodb", endpoint_url=sys.argv[1], config=Config(parameter_validation=False))
wire = LeanWire(client, SessionKeys(session.get_credentials()))
wire("GetItem", b'{"TableName":"parent"}')
children = []
for number in range(4):
    child = os.fork()
    if child == 0:
        for _ in range(20):
            wire("GetItem", b'{"TableName":"child%d"}' % number)
        os._exit(0)
    children.append(child)
for _ in range(20):
    wire("GetItem", b'{"TableName":"parent"}')
assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_fork(service):
    """Children forked after the first call use connections of their own, and leave the parent's alone."""
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORK, service.url]
    subprocess.run(command, check=True, timeout=60, cwd=Path(__file__).parents[3])
    users = {}
    for request in service.requests:
        users.setdefault(request.connection, set()).add(request.body)
    assert len(service.requests) == 101
    assert len(users) == 5
    assert all(len(bodies) == 1 for bodies in users.values())


def test_private_authority(make, kind, secure_service, authority):
    """A service that a private authority vouches for is trusted when the settings say so."""
    wire = make(kind, secure_service.url, verify=authority[0])
    assert wire("GetItem", GET) == OK
    assert wire("GetItem", GET) == OK
    assert secure_service.connections == 1


def test_untrusted(make, kind, secure_service):
    """Without that it is refused, and nothing is sent."""
    with pytest.raises(exceptions.ConnectionFailedError, match="certificate") as caught:
        make(kind, secure_service.url)("GetItem", GET)
    assert caught.value.code == "SSLError"
    assert secure_service.requests == []


@pytest.mark.parametrize("form", ["one file", "two files"])
def test_certificate_of_our_own(make, kind, tmp_path, form):
    """A service that asks for a certificate is shown the one of the settings."""
    ca = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.verify_mode = ssl.CERT_REQUIRED
    ca.configure_trust(tls)
    ca.issue_cert("localhost").configure_cert(tls)
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    ours = ca.issue_cert("client.test")
    ours.private_key_and_cert_chain_pem.write_to_path(tmp_path / "both.pem")
    ours.private_key_pem.write_to_path(tmp_path / "key.pem")
    ours.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    pair = str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")
    shown = str(tmp_path / "both.pem") if form == "one file" else pair
    service = FaultServer(tls)
    wire = make(kind, service.url, verify=str(tmp_path / "ca.pem"), client_cert=shown, tcp_keepalive=True)
    assert wire("GetItem", GET) == OK
    service.close()


def test_unchecked(make, kind, secure_service):
    """A project may switch the check off."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # urllib3 warns
        assert make(kind, secure_service.url, verify=False)("GetItem", GET) == OK


def test_drops_under_tls(make, kind, secure_service, authority):
    """Ends of connections are the same under TLS."""
    wire = make(kind, secure_service.url, verify=authority[0])
    secure_service.drop(times=2)
    assert wire("PutItem", PUT) == OK


def test_no_tls_there(make, kind, service):
    """A service that does not speak TLS where it should is an error, not a wait."""
    with pytest.raises(exceptions.ConnectionFailedError):
        make(kind, service.url.replace("http:", "https:"), read_timeout=0.2, connect_timeout=0.2)("GetItem", GET)


@pytest.mark.parametrize("kind", LEAN)
def test_missing_certificates(make, kind, tmp_path):
    """A file of certificates that is not there is named."""
    wire = make(kind, "https://localhost:1", verify=str(tmp_path / "none.pem"))
    with pytest.raises(exceptions.ConnectionFailedError, match="AWS_CA_BUNDLE"):
        wire("GetItem", GET)


def on_a_loop(make, service, main, **options):
    """Runs a coroutine function that is given a function that makes calls."""
    wire = make("lean", service.url, **options)
    return asyncio.run(main(lambda body=GET: run(wire, "GetItem", body)))


def test_many_tasks(make, service):
    """200 tasks at once get their own answers over as many connections as the settings say, and none stays open."""

    def echo(connection, request):
        return service._send(
            connection, b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(request.body), request.body)
        )

    bodies = [b'{"TableName":"t%d"}' % number for number in range(200)]
    service.plan.extend([echo] * len(bodies))

    async def main(call):
        return await asyncio.gather(*map(call, bodies))

    assert on_a_loop(make, service, main, max_pool_connections=7) == bodies
    assert service.connections == service.most_at_once == 7
    until(lambda: not service.open)


def test_cancelled(make, service):
    """A cancelled call ends its connection, since nobody will read the answer; the next call is not given it."""

    async def main(call):
        service.be_slow(0.5)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await call()
        return await call()

    assert on_a_loop(make, service, main, max_pool_connections=1) == OK
    assert [request.connection for request in service.requests] == [1, 2]


def test_cancelled_while_waiting(make, service):
    """A call that is cancelled while it waits for a connection takes none away."""

    async def main(call):
        service.be_slow(0.3)
        first = asyncio.create_task(call())
        await asyncio.sleep(0.05)
        second = asyncio.create_task(call())
        await asyncio.sleep(0.05)
        second.cancel()
        return await first, await call()

    assert on_a_loop(make, service, main, max_pool_connections=1) == (OK, OK)
    assert len(service.requests) == 2


def test_cancelled_in_its_turn(make, service):
    """A call that is cancelled when it has just got the connection of another hands it on to the next."""

    async def main(call):
        async def then_cancel():
            answer = await call()
            second.cancel()
            return answer

        service.be_slow(0.2)
        first = asyncio.create_task(then_cancel())
        await asyncio.sleep(0.05)
        second, third = (asyncio.create_task(call()) for _ in range(2))
        answers = await first, await asyncio.wait_for(third, 5)
        assert second.cancelled()
        return answers

    assert on_a_loop(make, service, main, max_pool_connections=1) == (OK, OK)
    assert len(service.requests) == 2


def test_first_come_first_served(make, service):
    """Calls that wait for a connection get it in the order they came, and before those that come later."""
    order = []

    async def main(call):
        async def numbered(number):
            await call()
            order.append(number)
            if number == 0:
                late.append(asyncio.create_task(numbered(9)))

        late = []
        await call()  # opens the pool of this loop
        await asyncio.gather(*map(numbered, range(4)))
        await late[0]

    on_a_loop(make, service, main, max_pool_connections=1)
    assert order == [0, 1, 2, 3, 9]


def test_loops_in_turns(make, service):
    """Loops that call by turns keep their connections apart."""
    wire = make("lean", service.url)
    with asyncio.Runner() as one, asyncio.Runner() as other:
        for _ in range(3):
            assert one.run(run(wire, "GetItem", GET)) == other.run(run(wire, "GetItem", GET)) == OK
        assert service.connections == 2
    until(lambda: not service.open)


def test_the_loop_goes_on(make, service):
    """While a call waits for its answer, other tasks go on."""

    async def main(call):
        service.be_slow(0.3)
        task, turns = asyncio.create_task(call()), 0
        while not task.done():
            turns += 1
            await asyncio.sleep(0.01)
        return turns

    assert on_a_loop(make, service, main) > 3


def test_end_of_the_loop(make, service):
    """With the loop its connections end, without being told and without a warning."""
    wire = make("lean", service.url)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(3):
            assert asyncio.run(run(wire, "GetItem", GET)) == OK
        gc.collect()
    until(lambda: not service.open)


def test_close_while_a_loop_runs(make, service):
    """Closing from outside ends the idle connections of a loop."""
    wire = make("lean", service.url)

    async def main():
        await run(wire, "GetItem", GET)
        wire.close()
        await asyncio.to_thread(until, lambda: not service.open)
        return await run(wire, "GetItem", GET)

    assert asyncio.run(main()) == OK


def test_close_after_the_loop(make, service):
    """A loop that was closed without its ends is no harm to others."""
    wire = make("lean", service.url)
    loop = asyncio.new_event_loop()
    loop.run_until_complete(run(wire, "GetItem", GET))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
    wire.close()


def test_unasked_bytes(make, service):
    """A service that goes on talking after its answer loses the connection."""
    service.plan.append(
        lambda connection, _request: (
            service._send(connection, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            and (sleep(0.1), service._send(connection, b"more"))[1]
        )
    )
    wire = make("lean", service.url)

    async def main():
        await run(wire, "GetItem", GET)
        await asyncio.sleep(0.3)
        return await run(wire, "GetItem", GET)

    assert asyncio.run(main()) == OK
    assert service.connections == 2

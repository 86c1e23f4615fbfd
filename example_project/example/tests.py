"""Tests of the frame around both apps."""

import pytest
from django.core.management import CommandError, call_command

from django_dynamodb.sessions import SessionStore
from django_dynamodb.testing.assertions import assertDynamoDB
from example.management.commands import demo


def test_home(client):
    """The start page leads to both apps and the admin, without asking any database."""
    page = client.get("/").content.decode()
    for path in ("/cities/", "/forum/", "/admin/", "/api/"):
        assert f'href="{path}"' in page


@pytest.mark.dynamodb
@pytest.mark.django_db
def test_demo(monkeypatch, client, capsys):
    """The command fills the tables, makes a superuser whose password it tells, then serves."""
    served = []
    monkeypatch.setattr(demo, "validate_local", lambda: None)
    monkeypatch.setattr(
        "django.contrib.staticfiles.management.commands.runserver.Command.handle",
        lambda *args, **options: served.append(options),
    )
    for addrport in ("127.0.0.1:8765", "8765"):
        call_command("demo", addrport, count=30, use_reloader=False)
        told = capsys.readouterr().out.partition("http://127.0.0.1:8765/admin/ for demo, password ")[2].split()[0]
    assert [options["addrport"] for options in served] == ["127.0.0.1:8765", "8765"]
    assert b"30 of 34," in client.get("/cities/").content
    assert b"Tea room" in client.get("/forum/").content
    assert client.login(username="demo", password=told)
    assert "Cities" in client.get("/admin/").content.decode()


@pytest.mark.parametrize(("debug", "endpoint"), [(False, "http://127.0.0.1:1"), (True, "")])
def test_no_superuser_in_a_deployment(settings, monkeypatch, debug, endpoint):
    """The command refuses to run where DEBUG is off, or the data are not on the embedded engine."""
    settings.DEBUG = debug
    monkeypatch.setenv(demo.LOCAL_ENDPOINT, endpoint)
    with pytest.raises(CommandError, match="dynamo_local demo"):
        demo.validate_local()


def test_superuser_on_the_embedded_engine(settings, monkeypatch):
    """With both it does."""
    settings.DEBUG = True
    monkeypatch.setenv(demo.LOCAL_ENDPOINT, "http://127.0.0.1:1")
    demo.validate_local()


@pytest.mark.dynamodb
def test_health(client):
    """The address of the health check asks the cache and a table."""
    answer = client.get("/health/", headers={"accept": "application/json"})
    assert answer.status_code == 200, answer.content
    assert set(answer.json().values()) == {"OK"}
    assert any(check.startswith("DynamoDB(") for check in answer.json())


@pytest.mark.dynamodb
@pytest.mark.django_db
def test_sessions_are_in_dynamodb(client, django_user_model):
    """A login is written to the table of sessions, and read from it."""
    user = django_user_model.objects.create_superuser("ann")
    client.force_login(user)
    assert SessionStore(client.cookies["sessionid"].value)["_auth_user_id"] == str(user.pk)
    with assertDynamoDB(gets=1, calls=1):
        assert client.get("/admin/").status_code == 200

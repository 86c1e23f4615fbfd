"""Tests of the frame around both apps."""

import pytest
from django.core.management import call_command


def test_home(client):
    """The start page leads to both apps, without asking any database."""
    page = client.get("/").content.decode()
    assert 'href="/cities/"' in page
    assert 'href="/forum/"' in page


@pytest.mark.dynamodb
def test_demo(monkeypatch, client):
    """The command fills the tables, then serves."""
    served = []
    monkeypatch.setattr(
        "django.contrib.staticfiles.management.commands.runserver.Command.handle",
        lambda *args, **options: served.append(options),
    )
    call_command("demo", "127.0.0.1:8765", count=30, use_reloader=False)
    assert served[0]["addrport"] == "127.0.0.1:8765"
    assert b"30 of 34," in client.get("/cities/").content
    assert b"Tea room" in client.get("/forum/").content

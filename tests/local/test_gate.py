"""Tests who is let through to the engine."""

import http.client
import json

import pytest


def ask(engine, method="POST", **headers):
    """Sends one small request and returns status and content."""
    connection = http.client.HTTPConnection(engine.url.removeprefix("http://"), timeout=10)
    standard = {
        "X-Amz-Target": "DynamoDB_20120810.ListTables",
        "Authorization": "AWS4-HMAC-SHA256 Credential=local/20120810/eu-west-1/dynamodb/aws4_request",
    }
    connection.request(method, "/", body="{}", headers=standard | headers)
    answer = connection.getresponse()
    content = json.loads(answer.read())
    connection.close()
    return answer.status, content


def test_clients_are_let_through(engine):
    """A call of DynamoDB is answered."""
    assert ask(engine) == (200, {"TableNames": []})


def test_engine_says_who_it_is(engine):
    """A plain GET tells which engine listens, and on which snapshot."""
    assert ask(engine, "GET") == (200, {"engine": "django-dynamodb", "snapshot": ""})


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://example.com"}, 403),
        ({"Host": "example.com"}, 403),
        ({"Host": "localhost:80"}, 200),
        ({"X-Amz-Target": "AWSCognitoIdentityService.ListUsers"}, 404),
    ],
)
def test_browsers_and_other_services_are_refused(engine, headers, status):
    """Requests of web pages, requests under a foreign name and other services of moto are refused."""
    assert ask(engine, **headers)[0] == status


def test_failure_of_moto_is_an_answer(engine, caplog):
    """What moto cannot do comes back as an error that says so and is not worth a retry."""
    authorization = "AWS4-HMAC-SHA256 Credential=local/20120810/nowhere/dynamodb/aws4_request"
    status, content = ask(engine, Authorization=authorization)
    assert (status, content["__type"].partition("#")[2]) == (400, "LocalEngineFault")
    assert "moto, the local engine, failed at this request: KeyError: 'nowhere'" in content["message"]

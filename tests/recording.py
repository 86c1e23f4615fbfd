"""Records the calls a test makes, and answers some of them in the service's stead."""

import json

import pytest

from django_dynamodb.connections import connections


class Recorder:
    """A layer that keeps every request, in order."""

    def __init__(self):
        self.calls = []
        self._instead = {}

    def __call__(self, connection, send):
        """Wraps a sender."""

        def record(operation, body):
            payload = json.loads(body)
            self.calls.append((operation, payload))
            instead = self._instead.get(operation)
            return send(operation, body) if instead is None else instead(payload, lambda: send(operation, body))

        return record

    @property
    def operations(self):
        """The names of the calls."""
        return [operation for operation, _ in self.calls]

    @property
    def payloads(self):
        """What was sent with them."""
        return [payload for _, payload in self.calls]

    @property
    def values(self):
        """Attribute → new value of the last update, None for what it removed."""
        payload = self.payloads[-1]
        names = payload["ExpressionAttributeNames"]
        text = payload["UpdateExpression"]
        sets, _, removes = text.partition("REMOVE ") if "REMOVE " in text else (text, "", "")
        pairs = [part.split(" = ") for part in sets.removeprefix("SET ").strip().split(", ") if " = " in part]
        found = {names[alias]: payload.get("ExpressionAttributeValues", {}).get(value) for alias, value in pairs}
        return found | {names[alias]: None for alias in removes.split(", ") if alias}

    def clear(self):
        """Forgets the calls."""
        self.calls.clear()

    def instead(self, operation, answer):
        """Hands calls of one operation to ``answer(payload, send)``, which returns the answer's bytes or raises."""
        self._instead[operation] = answer


@pytest.fixture
def sent(dynamodb):
    """The calls that reach the service from here on."""
    recorder = Recorder()
    connections.add_layer(recorder)
    yield recorder
    connections.remove_layer(recorder)

"""Tests how the README's example is watched for its page."""

import importlib.util
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "readme.py"


@pytest.fixture(scope="module")
def readme():
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("readme_script", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def serve():
    """A function that answers every request alike, and returns the address and the list of requests."""
    servers = []

    def start(status, kind):
        asked = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.end_headers()

            def log_message(self, *arguments):
                """Writes nothing."""

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}", asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (200, "text/html; charset=utf-8", "text/html"),
        (200, "application/x-amz-json-1.0", "application/x-amz-json-1.0"),
        (404, "text/plain", "text/plain"),
        (500, "text/html", None),
    ],
)
def test_content_type(readme, serve, status, kind, said):
    """A page, something else, and a page that may be well in a moment are told apart."""
    assert readme.content_type(serve(status, kind)[0]) == said


def test_nobody_there(readme):
    """An address nobody listens at yet is asked again later."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert readme.content_type(f"http://127.0.0.1:{port}") is None


def test_engine_is_asked_once(readme, serve, monkeypatch, capsys):
    """What answers something else than a page is not asked again, and nothing is printed about it."""
    engine, asked = serve(200, "application/json")
    rounds = iter([None, None, None, 0])
    example = SimpleNamespace(stdout=[f"Engine at {engine}\n", f"again {engine}\n"], poll=lambda: next(rounds, 0))
    monkeypatch.setattr(readme.time, "sleep", lambda seconds: threading.Event().wait(0.05))
    assert readme.check_answers(example) is False
    assert asked == ["/"]
    assert "characters" not in capsys.readouterr().out

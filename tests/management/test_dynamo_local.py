"""Tests ``manage.py dynamo_local``, inside this process and as processes of a small project."""

import io
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from django_dynamodb.conf import LOCAL_ENDPOINT
from django_dynamodb.local.claim import Claim, who_answers
from django_dynamodb.local.hosting import Host, Wish, hosted
from django_dynamodb.management.commands import dynamo_local
from tests.local.conftest import CREATE, make_client

KEY = {"country": {"S": "NO"}, "id": {"N": "1"}}

CALL = "from django_dynamodb.connections import connections; client = connections['default'].client; "

PROJECT = {
    "manage.py": """
        import os, sys
        from django.core.management import execute_from_command_line
        os.environ["DJANGO_SETTINGS_MODULE"] = "project.settings"
        execute_from_command_line(sys.argv)
    """,
    "project/__init__.py": "",
    "project/settings.py": """
        from pathlib import Path
        BASE_DIR = Path(__file__).parents[1]
        SECRET_KEY = "x"
        INSTALLED_APPS = ["django_dynamodb", "project"]
        DYNAMODB = {"default": {"REGION": "eu-west-1", "PROFILE": "production"}}
    """,
}


@pytest.fixture(autouse=True)
def _no_parent(monkeypatch):
    """No parent process has started an engine, and this process makes no tables: its models live elsewhere."""
    monkeypatch.delenv(LOCAL_ENDPOINT, raising=False)
    monkeypatch.setattr(dynamo_local, "get_commands", dict)


@pytest.fixture
def project(tmp_path):
    """The folder of a small project."""
    for name, content in PROJECT.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(textwrap.dedent(content))
    return tmp_path


def _heed_ctrl_c():
    """Makes this process and those it starts heed Ctrl-C, which a shell takes from what it runs in the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def start(project):
    """Starts ``manage.py dynamo_local …`` in the project; kills at the end what a failed test left running."""
    started = []
    _heed_ctrl_c()

    def run(*arguments):
        command = [sys.executable, "manage.py", "dynamo_local", *arguments]
        root = str(Path(__file__).parents[2])
        process = subprocess.Popen(
            command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": root}, start_new_session=True,
        )  # fmt: skip
        started.append(process)
        return process

    yield run
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # an autoreloader's child holds the pipes open otherwise
        process.communicate()


def endpoint(project):
    """Waits until an engine of the project answers and returns its endpoint."""
    claim = Claim(project.resolve() / "dynamodb.snapshot.jsonl")
    end = time.monotonic() + 60
    while not (url := claim.endpoint()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return url


def wait_for_text(path, text):
    """Waits until a file holds a text."""
    end = time.monotonic() + 60
    while not path.exists() or text not in path.read_text():
        assert time.monotonic() < end
        time.sleep(0.05)


def write_one(url):
    """Writes an item."""
    client = make_client(url)
    client.create_table(**CREATE)
    client.put_item(TableName="cities", Item=KEY)
    client.close()


def test_data_survive_a_restart(start):
    """What one run writes the next one reads, through the project's own alias."""
    create = f"client.create_table(**{CREATE!r}); client.put_item(TableName='cities', Item={KEY!r})"
    first = start("shell", "-v0", "-c", CALL + create)
    assert first.communicate()[1].splitlines()[-1].startswith("Saved")
    second = start("shell", "-v0", "-c", CALL + "print(client.scan(TableName='cities')['Items'])")
    assert second.communicate()[0] == f"{[KEY]}\n"
    assert (first.returncode, second.returncode) == (0, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 0)])
def test_signals_save(start, project, number, status):
    """A stopped engine has saved; its endpoint stood on stdout, the progress on stderr."""
    process = start()
    url = endpoint(project)
    write_one(url)
    process.send_signal(number)
    output, errors = process.communicate()
    assert (output, process.returncode) == (f"{url}\n", status)
    assert '"country":{"S":"NO"}' in (project / "dynamodb.snapshot.jsonl").read_text()
    assert errors.splitlines()[-1].startswith("Saved")


def test_saves_while_running(start, project):
    """Even a killed engine has saved what is older than --save-every, and its successor starts on it."""
    process = start("--save-every", "0.1")
    write_one(endpoint(project))
    wait_for_text(project / "dynamodb.snapshot.jsonl", '"items":1')
    process.kill()
    process.communicate()
    second = start("shell", "-v0", "-c", CALL + "print(client.scan(TableName='cities')['Count'])")
    assert second.communicate()[0] == "1\n"


def test_second_process_finds_the_first(start, project):
    """A command in another terminal works on the engine that runs already, and leaves it running."""
    start()
    url = endpoint(project)
    second = start("shell", "-v0", "-c", CALL + "print(client.meta.endpoint_url)")
    output, errors = second.communicate()
    assert output == f"{url}\n"
    assert "Using the engine that runs already" in errors
    assert who_answers(url)


def test_reloaded_server_keeps_the_engine(start, project):
    """The process an autoreloader starts again runs the inner command alone, on the engine of its parent."""
    show = "import os, sys; line = f\"{sys.argv[1:]} {os.environ['DYNAMODB_LOCAL_ENDPOINT']}\\n\""
    at_once = "sys.stdout.write(line); sys.stdout.flush()"  # other threads write too
    (project / "project/urls.py").write_text(f"{show}; {at_once}\nurlpatterns = []\n")
    more = "ROOT_URLCONF = 'project.urls'\nDEBUG = True\n"
    (project / "project/settings.py").write_text((project / "project/settings.py").read_text() + more)
    process = start("runserver", "0")
    line = next(line for line in process.stdout if "runserver" in line)
    assert line == f"['runserver', '0'] {endpoint(project)}\n"
    process.send_signal(signal.SIGTERM)
    assert process.communicate()[1].splitlines()[-1].startswith("Nothing was stored")


def test_inner_command_has_its_arguments(capsys):
    """The inner command gets its own options, and the aliases point at the engine while it runs."""
    code = "from django_dynamodb import conf; print(conf.settings_for('default').endpoint_url[:17])"
    call_command("dynamo_local", "--no-snapshot", "shell", "-v0", "-c", code, stderr=io.StringIO())
    assert capsys.readouterr().out == "http://127.0.0.1:\n"


def test_tables_are_made_then_fixtures_loaded(monkeypatch):
    """Missing tables are made first; fixtures go to loaddata, all in one call."""
    calls = []
    monkeypatch.setattr(dynamo_local, "get_commands", lambda: {"dynamo_createtables": "django_dynamodb"})
    monkeypatch.setattr(dynamo_local, "call_command", lambda *names, **options: calls.append(names))
    arguments = ["--no-snapshot", "--fixture", "a", "--fixture", "b", "check"]
    call_command("dynamo_local", *arguments, stderr=io.StringIO())
    assert calls == [("dynamo_createtables", "--noinput"), ("loaddata", "a", "b")]


def test_engine_that_runs_already_is_told(monkeypatch, tmp_path):
    """Without an inner command the endpoint of the engine that runs already is printed, and nothing waits."""
    output, wish = io.StringIO(), Wish(snapshot=(tmp_path / "s").resolve())
    with hosted(wish, list) as host:
        call_command("dynamo_local", "--snapshot", str(wish.snapshot), stdout=output, stderr=io.StringIO())
    assert output.getvalue() == f"{host.url}\n"


def test_data_are_kept_beside_the_project(settings, tmp_path):
    """Without --snapshot the file is in BASE_DIR, wherever the command is called from."""
    settings.BASE_DIR = str(tmp_path)
    errors = io.StringIO()
    call_command("dynamo_local", "check", stderr=errors)
    assert f"Keeping data in {tmp_path.resolve() / 'dynamodb.snapshot.jsonl'}" in errors.getvalue()


@pytest.mark.parametrize(
    ("options", "kept", "told"), [([], False, True), (["--no-snapshot"], False, False), (["--snapshot=s"], True, False)]
)
def test_tests_run_apart_from_the_data(monkeypatch, options, kept, told):
    """``test`` never runs on the developer's own data, and says so, unless a file is named."""
    wishes, errors = [], io.StringIO()

    @contextmanager
    def noted(wish, report):
        wishes.append(wish)
        yield Host(url="http://127.0.0.1:9", origin="other")

    monkeypatch.setattr(dynamo_local, "hosted", noted)
    monkeypatch.setattr(dynamo_local, "_run_inner", lambda arguments: None)
    call_command("dynamo_local", *options, "test", "forum", stderr=errors)
    assert [wish.snapshot is not None for wish in wishes] == [kept]
    assert ("test: an empty engine, forgotten at the end; --snapshot FILE" in errors.getvalue()) == told


def test_port_in_use_names_the_option():
    """A port in use ends the command with the next step."""
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(CommandError, match="--port"):
        call_command("dynamo_local", "--no-snapshot", "--port", str(taken.getsockname()[1]), "check")


@pytest.mark.parametrize("arguments", [["--save-every", "0"], ["--save-every", "x"], ["--no-snapshot", "--snapshot=x"]])
def test_wrong_options_are_refused(arguments):
    """A pause that is none, and a snapshot both named and refused, are errors."""
    with pytest.raises(CommandError, match="argument"):
        call_command("dynamo_local", *arguments)


def test_waiting_prints_how_to_use_it(monkeypatch, tmp_path):
    """Without an inner command the endpoint goes to stdout and its use to stderr, until Ctrl-C."""
    _heed_ctrl_c()
    monkeypatch.setattr(time, "sleep", lambda seconds: signal.raise_signal(signal.SIGINT))
    output, errors = io.StringIO(), io.StringIO()
    call_command("dynamo_local", "--snapshot", str(tmp_path / "s"), stdout=output, stderr=errors)
    assert f"export {LOCAL_ENDPOINT}={output.getvalue()}" in errors.getvalue()

"""Runs the tests on every Python found and every Django supported, on moto."""

import nox

nox.options.error_on_missing_interpreters = False
nox.options.default_venv_backend = "venv"

DJANGOS = {
    "5.2": ("3.11", "3.12", "3.13", "3.14"),
    "6.0": ("3.12", "3.13", "3.14"),
    "6.1": ("3.12", "3.13", "3.14"),
}
"""Each Django and the Pythons it runs on, of those this package supports."""

PAIRS = [(python, django) for django, pythons in DJANGOS.items() for python in pythons]


@nox.session
@nox.parametrize(("python", "django"), PAIRS, ids=[f"{python}-{django}" for python, django in PAIRS])
def tests(session: nox.Session, django: str) -> None:
    """Runs the tests with one Python and one Django."""
    session.install("-qq", "-e", ".[suite]", f"django~={django}.0")
    session.run("python", "-m", "pytest", "-q", "-n", "2", *session.posargs)

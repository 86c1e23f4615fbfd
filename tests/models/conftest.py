"""Gives the tests of the models a record of the calls they cause, and models whose items come in versions."""

from tests.declaring import declare
from tests.recording import sent
from tests.versioned import detected, people

__all__ = ["declare", "detected", "people", "sent"]

"""Gives the tests of the models a record of the calls they cause."""

from tests.recording import sent

__all__ = ["sent"]

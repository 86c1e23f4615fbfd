"""Runs Django's own tests of sessions and caches on our backends; none of them is kept here."""

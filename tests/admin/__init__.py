"""Holds the tests of the admin."""

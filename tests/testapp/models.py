"""Declares the models the tests use."""

"""Holds the tests of forms and of views that edit."""

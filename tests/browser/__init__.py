"""Holds the tests that drive Chromium."""

"""Tests strict mode."""

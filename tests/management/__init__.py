"""Tests the management commands."""

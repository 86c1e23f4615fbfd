"""Tests the system checks, each with a model of its own."""

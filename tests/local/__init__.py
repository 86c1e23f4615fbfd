"""Tests the embedded local engine."""

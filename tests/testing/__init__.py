"""Tests the tools that users' own tests run on."""

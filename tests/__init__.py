"""Holds the tests, file by file as the package is laid out."""

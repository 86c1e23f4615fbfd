"""Holds one file per management command."""

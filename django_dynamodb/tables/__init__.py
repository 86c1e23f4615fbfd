"""Talks to one table: its schema, its items, its pages, its batches, its counter and its life."""

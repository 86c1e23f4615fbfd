"""Holds what can be asked of a model by its keys and indexes, and reads it from text."""

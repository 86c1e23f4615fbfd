"""Counts what faults of the service do to each way of writing and reading."""

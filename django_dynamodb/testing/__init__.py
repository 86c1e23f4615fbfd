"""Holds what the tests of a project with DynamoDB models need: pytest plugin, isolation, locks, assertions, faults."""

"""Holds what the tests of a project with DynamoDB models need: the pytest plugin, the isolation, the locks."""

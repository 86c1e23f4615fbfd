"""Holds strict mode, which refuses what the service refuses and moto lets through, before moto sees it."""

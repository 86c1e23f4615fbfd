"""Holds the system checks: what can be said of settings and models without a call to the service."""

"""Carries requests to the service and brings back its answers; knows bytes and error codes, never items."""

"""Holds every wire to one contract."""

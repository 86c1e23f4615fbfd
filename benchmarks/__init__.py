"""Measures what a call costs with this package and with others, in one interleaved run; never a test of time."""

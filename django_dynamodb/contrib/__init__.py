"""Holds what joins other packages; each room needs an extra of its own, and imports nothing of it before it is used."""

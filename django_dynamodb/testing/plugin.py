"""Joins pytest: names the option and the marker, and loads the fixtures where a project uses the app."""

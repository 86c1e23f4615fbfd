"""Is the small app whose models the tests use."""

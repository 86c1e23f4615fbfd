"""Makes the property tests of the codec draw the same values in every run."""

from hypothesis import settings

settings.register_profile("codec", derandomize=True, deadline=None, max_examples=100)
settings.load_profile("codec")

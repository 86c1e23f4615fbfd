"""A forum: composite keys, counters that never miss, and an edit conflict nobody loses text to."""

"""Names the tests of Django that cannot hold for a backend, with the reason; all others must pass."""

CULLING = "A table has no number of entries at which some are dropped; MAX_ENTRIES is refused."
PICKLED = "Stores what only pickle gives back: tuples, bytes, classes, model instances, responses."
PICKLES = "Expects the error of pickle; JSON raises InvalidTypeError, held in tests/cache/test_serializers.py."
SQL = "Reads or writes Django's own SQL table of sessions, whatever SESSION_ENGINE says."

CACHE = {
    "test_cull": CULLING,
    "test_cull_delete_when_store_empty": CULLING,
    "test_zero_cull": CULLING,
}

CACHE_AS_JSON = {
    **CACHE,
    "test_add_fail_on_pickleerror": PICKLES,
    "test_binary_string": PICKLED,
    "test_cache_read_for_model_instance": PICKLED,
    "test_cache_read_for_model_instance_with_deferred": PICKLED,
    "test_cache_write_for_model_instance_with_deferred": PICKLED,
    "test_cache_write_unpicklable_object": PICKLED,
    "test_data_types": PICKLED,
    "test_set_fail_on_pickleerror": PICKLES,
}

SESSIONS = {}

MIDDLEWARE = {"test_empty_session_saved": SQL}


def without(excluded):
    """Makes a class decorator that takes tests away; each must be there, so that no name outlives its test."""

    def decorate(case):
        for name in excluded:
            assert callable(getattr(case, name)), name
            setattr(case, name, None)
        return case

    return decorate

"""Holds that the way back is kept, and stays short."""

from django_dynamodb.admin.trail import LONGEST, Trail


def test_on_and_back():
    """Each page leads back to the one it was reached from; the first one to none."""
    first = Trail()
    third = first.onward("b").onward("c")
    assert (first.cursor, third.cursor) == (None, "c")
    assert str(Trail(str(third)).back()) == str(first.onward("b"))
    assert str(third.back().back()) == str(first)
    assert third.back().back().back() is None


def test_a_long_way():
    """What is furthest back is dropped; the page itself never is."""
    trail = Trail()
    for n in range(50):
        trail = trail.onward(f"{n}" * 50)
    assert len(str(trail)) <= LONGEST
    assert trail.cursor == "49" * 50
    assert trail.onward("x" * 2 * LONGEST).cursor == "x" * 2 * LONGEST
    assert trail.onward("x" * 2 * LONGEST).back() is None

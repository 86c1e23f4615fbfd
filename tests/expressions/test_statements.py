"""Holds what is read in a PartiQL SELECT, and that nothing but a plain condition counts as one on the key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_dynamodb.exceptions import InvalidValueError, UnsupportedError
from django_dynamodb.expressions.statements import parse_select, quoted, tokens


def where(condition):
    """A statement with that condition."""
    return parse_select(f"SELECT * FROM T WHERE {condition}")


KEYED = [
    "forum = ?",
    "? = forum",
    "forum = 'AWS'",
    "forum='A''WS'",
    '"forum" = ?',
    "forum = 3.5e1",
    "forum IN [?, 'x']",
    "forum in (?)",
    "(forum = ?)",
    "((forum = ?) AND (a = 1 OR b = 2))",
    "a = 'OR' AND forum = ?",
    "a BETWEEN ? AND ? AND forum = ?",
    "forum = ? AND NOT a = 1",
    "NOT (a = 1 OR b = 2) AND forum = ?",
    "begins_with(a, 'x, forum') and forum = ? order by a",
    "a = 1 -- OR b = 2\nAND forum = ?",
    "a = 1 /* OR ** / */ AND forum = ?",
    "a IS NOT MISSING AND forum = ? AND contains(b, ?)",
]
NOT_KEYED = [
    "forum <> ?",
    "forum = a",
    "NOT forum = ?",
    "forum NOT IN [?]",
    "forum = ? OR a = 1",
    "a = 1 OR b = 2 AND forum = ?",
    "(forum = ? OR a = 1) AND b = 2",
    "NOT (forum = ? AND a = 1)",
    "a BETWEEN ? AND forum = ?",
    "forum BETWEEN ? AND ?",
    "a = 'forum = ?'",
    "a = 1 -- AND forum = ?",
    "a = 1 /* AND forum = ? */",
    '"a = 1 AND forum" = ?',
    "begins_with(forum, ?)",
    "meta.forum = ?",
    "forum.name = ?",
    "forum[0] = ?",
    "forum = ? + 1",
    "FORUM = ?",
    "'forum' = ?",
    "forum IN [a, ?]",
    "forum IN []",
    "forum IN [?] + 1",
    "forum IN (SELECT x FROM y)",
    "a = CASE WHEN b = 1 AND forum = ? THEN 1 ELSE 2 END",
    "(a = 1",
    "a = 1) AND (b = 2",
    "size(forum) = ?",
]


@pytest.mark.parametrize("condition", KEYED)
def test_keyed(condition):
    """A condition on the attribute by = or IN, joined with any others by AND, in any brackets."""
    assert "forum" in where(condition).keyed


@pytest.mark.parametrize("condition", NOT_KEYED)
def test_not_keyed(condition):
    """Whatever else the attribute stands in, or only seems to."""
    assert "forum" not in where(condition).keyed


OTHERS = st.sampled_from(
    [
        "a = ?",
        "b BETWEEN ? AND 'x AND forum = ?'",
        "contains(c, 'it''s (')",
        '"od""d" > 1',
        "d IN [1, 2]",
        "e IS MISSING",
    ]
)
KEY = "forum = ?"


def grown(inner):
    """Conditions of conditions: the text, and whether the key is held whenever it is true."""
    both = st.tuples(inner, inner)
    return st.one_of(
        both.map(lambda pair: (f"{bracketed(pair[0])} AND {bracketed(pair[1])}", pair[0][1] or pair[1][1])),
        both.map(lambda pair: (f"({pair[0][0]}) OR ({pair[1][0]})", False)),
        inner.map(lambda part: (f"NOT ({part[0]})", False)),
        inner.map(lambda part: (f"({part[0]})", part[1])),
    )


def bracketed(part):
    """A condition as a part of a conjunction."""
    return f"({part[0]})" if " OR " in part[0] or part[0].startswith("NOT") else part[0]


@given(st.recursive(OTHERS.map(lambda text: (text, False)) | st.just((KEY, True)), grown, max_leaves=8))
def test_any_condition(condition):
    """Of any nesting: what is called keyed is, and what stands joined by AND alone is found."""
    text, held = condition
    assert ("forum" in where(text).keyed) == held


@given(st.text(max_size=60))
def test_any_text(text):
    """Any text is read or refused, and every token is a part of it, in its order."""
    try:
        found = list(tokens(text))
    except InvalidValueError as error:
        assert "cannot be read from character" in str(error)  # noqa: PT017 -- most texts are no statement
        return
    assert all(text[token.start : token.end] == token.text for token in found)
    assert sorted(token.start for token in found) == [token.start for token in found]


@given(st.text(min_size=1, max_size=20))
def test_quoted_names(name):
    """Any name survives its quotes, and a value in its quotes is one string."""
    select = parse_select(f"SELECT {quoted(name)} FROM {quoted(name)}.{quoted(name)} WHERE {quoted(name)} = ?")
    assert (select.columns, select.table, select.index) == ((name,), name, name)
    assert (select.keyed, select.compared) == ({name}, (name,))
    literal = "'" + name.replace("'", "''") + "'"
    assert where(f"x = {literal} AND forum = ?").keyed == {"x", "forum"}


@pytest.mark.parametrize(
    ("condition", "compared"),
    [
        ("a = ? AND ? < b", ("a", "b")),
        ("a BETWEEN ? AND ? AND c = ?", ("a", "a", "c")),
        ("a IN [?, 1, ?] AND b IN (?)", ("a", "a", "b")),
        ("begins_with(a, ?) AND contains(b, ?) AND size(c) > ?", (None, None, None)),
        ("m.a = ? AND l[0] = ? AND a + ? > 1 AND ? < a + 1 AND ? < m.a", (None,) * 5),
        ("(a = ?) AND (? = b)", ("a", "b")),
        ("a = b AND ? IN [1]", (None,)),
        ("l[?] = 1", (None,)),
        ("a = ['x', ?]", (None,)),
    ],
)
def test_compared(condition, compared):
    """Each parameter knows the whole attribute it is compared with, and no other one."""
    assert where(condition).compared == compared


def test_written_anew():
    """Table and attributes are put in quotes; the rest stays as it was."""
    select = parse_select('select a, "b" from T."by a" where a = \'x;y\' order by b desc ; ')
    assert (
        select.text('my"table', ("a", "c"))
        == 'SELECT "a", "c" FROM "my""table"."by a" where a = \'x;y\' order by b desc '
    )
    assert parse_select("SELECT * FROM T").text("t", None) == 'SELECT * FROM "t"'
    assert (select.conditions, parse_select("SELECT * FROM T").conditions) == (1, 0)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("", InvalidValueError, "takes one SELECT"),
        ("EXPLAIN x", InvalidValueError, "takes one SELECT"),
        ("SELECT 'a", InvalidValueError, "cannot be read from character 8 on"),
        ("SELECT *", InvalidValueError, "has no FROM"),
        ("SELECT * FROM T; DELETE FROM T", InvalidValueError, "behind the semicolon"),
        ("INSERT INTO T VALUE {'a': 1}", UnsupportedError, r"Use create\(\) or save\(\)"),
        ("update T SET a = 1", UnsupportedError, r"Use filter\(\.\.\.\)\.update"),
        ("DELETE FROM T WHERE a = 1", UnsupportedError, r"Use filter\(\.\.\.\)\.delete"),
        ("SELECT a.b FROM T", UnsupportedError, "whole attributes"),
        ("SELECT a b FROM T", UnsupportedError, "whole attributes"),
        ("SELECT a, FROM T", UnsupportedError, "whole attributes"),
        ("SELECT FROM T", UnsupportedError, "whole attributes"),
        ("SELECT COUNT(*) FROM T", UnsupportedError, "whole attributes"),
        ("SELECT * FROM", UnsupportedError, "FROM takes one model"),
        ("SELECT * FROM 'T'", UnsupportedError, "FROM takes one model"),
        ("SELECT * FROM T AS t", UnsupportedError, "joins and renames nothing"),
        ("SELECT * FROM T, U", UnsupportedError, "joins and renames nothing"),
        ("SELECT * FROM T.a.b", UnsupportedError, "joins and renames nothing"),
    ],
)
def test_refused(text, error, message):
    """What reads no objects of one table is refused, with what to do instead."""
    with pytest.raises(error, match=message):
        parse_select(text)

"""Tests the snapshot file."""

import pytest

from django_dynamodb.exceptions import RequestError
from django_dynamodb.local import snapshot


def test_tables_come_back_as_they_were_written(tmp_path, image):
    """A table with every type is read as it was written, and so is the one after it."""
    images = [image, snapshot.TableImage(region="us-east-1", create={"TableName": "none"}, items=[])]
    snapshot.write(tmp_path / "s", images)
    assert list(snapshot.read(tmp_path / "s")) == images


def test_file_has_one_line_per_item(tmp_path, image):
    """The file is text: a header, a line for the table, a line for each item, whatever line ends an item holds."""
    snapshot.write(tmp_path / "s", [image])
    assert (tmp_path / "s").read_bytes().count(b"\n") == 2 + len(image.items)


def test_failed_write_keeps_the_old_file(tmp_path, image):
    """When writing fails midway, the old file stands and no part is left beside it."""
    snapshot.write(tmp_path / "s", [image])
    before = (tmp_path / "s").read_bytes()
    with pytest.raises(TypeError):
        snapshot.write(tmp_path / "s", [image, snapshot.TableImage(region="x", create={"bad": object()}, items=[])])
    assert (tmp_path / "s").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


HEADER = '{"snapshot":"django-dynamodb","version":1}\n'
TABLE = '{"region":"r","create":{},"ttl":null,"items":2}\n'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is no snapshot"),
        ('{"other": 1}\n', "is no snapshot"),
        ('{"snapshot":"django-dynamodb","version":2}\n', "is no snapshot of version 1"),
        (HEADER + TABLE + '{"id":', "line 3 is damaged"),
        (HEADER + TABLE + "{}\n", "table 1 is cut short: 1 items"),
        (HEADER + '{"region":"r"}\n', "table 1 is damaged"),
        (HEADER + "[]\n", "table 1 is damaged"),
        (b"\xff\xfe", "line 1 is damaged"),
    ],
)
def test_damaged_files_are_refused(tmp_path, content, message):
    """A file that is no snapshot, or only a part of one, raises and says where, and what to do."""
    (tmp_path / "s").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(RequestError, match=f"{message}.*--snapshot"):
        list(snapshot.read(tmp_path / "s"))

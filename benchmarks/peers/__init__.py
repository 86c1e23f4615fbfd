"""Lists the peers: one small file for each, imported only where it is measured."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from benchmarks.peers.peer import Peer


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """Where a peer is.

    Args:
        label: Its name in the report.
        place: Module in this folder and class in it.
        package: The distribution it needs.
        blocked: A module that the process of this peer cannot import, to measure without an accelerator.
        wanted: A module that must be in use for this row to say something new.
    """

    label: str
    place: str
    package: str
    blocked: str = ""
    wanted: str = ""

    def load(self) -> type[Peer]:
        """Imports the peer."""
        module, name = self.place.split(":")
        found: Any = getattr(import_module(f"benchmarks.peers.{module}"), name)
        return found  # type: ignore[no-any-return]


PEERS: Final = {
    "ours": Entry(label="django-dynamodb", place="ours:Ours", package="django-dynamodb", blocked="msgspec"),
    "ours-msgspec": Entry(
        label="django-dynamodb, msgspec", place="ours:Ours", package="django-dynamodb", wanted="msgspec"
    ),
    "ours-async": Entry(
        label="django-dynamodb, async", place="ours_async:OursAsync", package="django-dynamodb", blocked="msgspec"
    ),
    "ours-async-msgspec": Entry(
        label="django-dynamodb, async, msgspec",
        place="ours_async:OursAsync",
        package="django-dynamodb",
        wanted="msgspec",
    ),
    "floor": Entry(label="floor", place="floor:Floor", package="django-dynamodb"),
    "boto3-client": Entry(label="boto3 client", place="boto3_client:Boto3Client", package="boto3"),
    "boto3-table": Entry(label="boto3 Table", place="boto3_table:Boto3Table", package="boto3"),
    "pynamodb": Entry(label="PynamoDB", place="pynamodb:Pynamodb", package="pynamodb"),
    "dyntastic": Entry(label="dyntastic", place="dyntastic:DyntasticPeer", package="dyntastic"),
    "bloop": Entry(label="bloop", place="bloop:Bloop", package="bloop"),
    "pydynox": Entry(label="pydynox", place="pydynox:Pydynox", package="pydynox"),
    "aiodynamo": Entry(label="aiodynamo", place="aiodynamo:Aiodynamo", package="aiodynamo"),
    "aiobotocore": Entry(label="aiobotocore", place="aioboto3:Aiobotocore", package="aiobotocore"),
    "aioboto3": Entry(label="aioboto3", place="aioboto3:Aioboto3", package="aioboto3"),
}
"""By the name the command line has. A new peer is a new file and a new row."""


def installed_version(package: str) -> str | None:
    """The version of a distribution; None where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None

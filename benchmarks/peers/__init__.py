"""Lists the peers: one small file for each, with the operations it does and how its answers turn back into items."""

from __future__ import annotations

from benchmarks.peers.boto3_client import Boto3Client
from benchmarks.peers.ours import DjangoDynamodb
from benchmarks.peers.peer import Peer

PEERS: tuple[type[Peer], ...] = (DjangoDynamodb, Boto3Client)
"""In the order of the report. A new peer is a new file and a new row."""

"""Answers what an endpoint's address says about it."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def check_loopback(url: str) -> bool:
    """Says whether an endpoint is on this machine.

    Args:
        url: The endpoint.

    Returns:
        True for localhost, names under it, and addresses that never leave the machine.
    """
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def without_user(url: str) -> str:
    """Takes user and password out of an address, so that it can be shown.

    Args:
        url: The endpoint.

    Returns:
        The same address without them.
    """
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()

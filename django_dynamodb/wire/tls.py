"""Makes the TLS context all connections of a wire share; reading the certificates takes long, so it is done once."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TypeAlias

from botocore.httpsession import get_cert_path

Verify: TypeAlias = bool | str
"""True for the usual certificates, the path of a file or folder of certificates, False for no check."""


def tls_context(verify: Verify, client_cert: str | tuple[str, str] | None) -> ssl.SSLContext:
    """Makes a context as botocore's settings say.

    Args:
        verify: Whom to trust.
        client_cert: The file of our own certificate, or that and the file of its key.

    Returns:
        The context.

    Raises:
        OSError: When a file cannot be read.
        ssl.SSLError: When a file holds no certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_alpn_protocols(["http/1.1"])
    if verify is False:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        trusted = verify if isinstance(verify, str) else _usual()
        is_folder = Path(trusted).is_dir()
        context.load_verify_locations(None if is_folder else trusted, trusted if is_folder else None)
    if isinstance(client_cert, str):
        context.load_cert_chain(client_cert)
    elif client_cert is not None:
        context.load_cert_chain(*client_cert)
    return context


def _usual() -> str:
    """Finds the certificates botocore trusts when nothing is said: certifi's where it is installed, else its own."""
    path: str | None = get_cert_path(True)
    if path is None:
        raise FileNotFoundError("botocore names no file of certificates; set AWS_CA_BUNDLE.")
    return path

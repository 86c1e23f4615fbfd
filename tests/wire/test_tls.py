"""Tests whom a TLS context trusts; the contract of the wires speaks TLS."""

import ssl

import pytest

from django_dynamodb.wire.tls import tls_context


def test_usual():
    """By default the certificates botocore trusts are trusted, and names are checked."""
    context = tls_context(True, None)
    assert context.cert_store_stats()["x509_ca"] > 50
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_folder(tmp_path):
    """A folder of certificates is taken as one."""
    assert tls_context(str(tmp_path), None).cert_store_stats()["x509"] == 0


def test_unchecked():
    """Without a check nobody is asked who they are."""
    assert tls_context(False, None).verify_mode == ssl.CERT_NONE


def test_no_certificates(monkeypatch):
    """Where botocore names no certificates, that is said."""
    monkeypatch.setattr("django_dynamodb.wire.tls.get_cert_path", lambda verify: None)
    with pytest.raises(FileNotFoundError, match="AWS_CA_BUNDLE"):
        tls_context(True, None)

"""Tests what signals do to a command with an engine."""

import signal
import threading

import pytest

from django_dynamodb.local.interrupts import orderly, shielded


def test_ending_signal_leaves_in_order():
    """SIGTERM becomes SystemExit with the status a shell expects, and its old handler comes back."""
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as end, orderly():
        signal.raise_signal(signal.SIGTERM)
    assert end.value.code == 128 + signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_shield_ignores_signals(number):
    """Within the shield neither Ctrl-C nor SIGTERM has an effect."""
    with shielded():
        signal.raise_signal(number)


def test_other_threads_are_left_alone():
    """Outside the main thread the blocks change nothing and do not fail."""
    ran = []

    def run():
        with orderly(), shielded():
            ran.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert ran == [True]

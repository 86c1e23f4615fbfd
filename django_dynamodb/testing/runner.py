"""Django's test runner with DynamoDB closed to all tests but those that may use it: the setting ``TEST_RUNNER``."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from typing import Any

from django.test.runner import DiscoverRunner, ParallelTestSuite

from django_dynamodb.testing import process


def init_worker(*arguments: Any) -> None:
    """Begins a worker process: Django's way, and with an isolation of its own.

    Args:
        arguments: Those of ``ParallelTestSuite.init_worker``.
    """
    ParallelTestSuite.init_worker(*arguments)
    process.current()


class DynamoDBParallelTestSuite(ParallelTestSuite):
    """Tests in several processes, each with tables of its own."""

    init_worker = init_worker


class DynamoDBRunner(DiscoverRunner):
    """Django's runner, for a whole run on an engine of this machine.

    Args:
        dynamodb_engine: ``moto``, ``lenient``, ``server`` or the address of an endpoint, as ``--dynamodb-engine``.
    """

    parallel_test_suite = DynamoDBParallelTestSuite

    def __init__(self, *args: Any, dynamodb_engine: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dynamodb_engine = dynamodb_engine

    @classmethod
    def add_arguments(cls, parser: ArgumentParser) -> None:
        """Adds ``--dynamodb-engine`` to Django's options."""
        super().add_arguments(parser)
        parser.add_argument(
            "--dynamodb-engine",
            metavar="ENGINE",
            help="moto (the default: in process, and refusing what the service refuses), lenient (moto as it is), "
            "server (moto's server), or the URL of an endpoint on this machine",
        )

    def setup_test_environment(self, **kwargs: Any) -> None:
        """Closes DynamoDB, before any test runs."""
        super().setup_test_environment(**kwargs)
        isolation = process.current(self.dynamodb_engine)
        isolation.divided = self.parallel > 1
        os.environ[process.RUN_VARIABLE] = isolation.run.id

    def teardown_test_environment(self, **kwargs: Any) -> None:
        """Removes the tables of the run, those of its workers too."""
        del os.environ[process.RUN_VARIABLE]
        process.close()
        super().teardown_test_environment(**kwargs)

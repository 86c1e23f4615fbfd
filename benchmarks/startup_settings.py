"""The test suite's settings without the apps an environment variable names."""

import os

from tests.settings import *  # noqa: F403 - Django settings are a module's names
from tests.settings import INSTALLED_APPS as EVERY_APP

LEFT_OUT = "BENCHMARK_APPS_LEFT_OUT"
INSTALLED_APPS = [app for app in EVERY_APP if app not in os.environ.get(LEFT_OUT, "").split()]

"""Gives a cache the asynchronous twins of its methods; each makes the same calls, and waits for the event loop."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, ParamSpec, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.utils.functional import cached_property

from django_dynamodb.cache.options import CacheOptions
from django_dynamodb.connections import connections

P = ParamSpec("P")
R = TypeVar("R")


class AsyncTwins(BaseCache):
    """The twins Django would make of several calls, or in a thread that all share; the others it makes of these."""

    @cached_property
    @abstractmethod
    def options(self) -> CacheOptions:
        """What the settings say."""

    async def _run(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Calls a method of this cache, which waits for the event loop."""
        return await connections[self.options.using].run(function, *args, **kwargs)

    async def aget(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """As ``get``."""
        return await self._run(self.get, key, default, version)

    async def ahas_key(self, key: str, version: int | None = None) -> bool:
        """As ``has_key``."""
        return await self._run(self.has_key, key, version)

    async def aset(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """As ``set``."""
        await self._run(self.set, key, value, timeout, version)

    async def aadd(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """As ``add``."""
        return await self._run(self.add, key, value, timeout, version)

    async def atouch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """As ``touch``."""
        return await self._run(self.touch, key, timeout, version)

    async def adelete(self, key: str, version: int | None = None) -> bool:
        """As ``delete``."""
        return await self._run(self.delete, key, version)

    async def aincr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """As ``incr``; ``adecr`` goes this way too."""
        return await self._run(self.incr, key, delta, version)

    async def aincr_version(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """As ``incr_version``; ``adecr_version`` goes this way too."""
        return await self._run(self.incr_version, key, delta, version)

    async def aget_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        """As ``get_many``."""
        return await self._run(self.get_many, keys, version)

    async def aset_many(
        self, data: dict[str, Any], timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> list[str]:
        """As ``set_many``."""
        return await self._run(self.set_many, data, timeout, version)

    async def adelete_many(self, keys: Iterable[str], version: int | None = None) -> None:
        """As ``delete_many``."""
        await self._run(self.delete_many, keys, version)

    async def aclear(self) -> None:
        """As ``clear``."""
        await self._run(self.clear)

    async def aclose(self, **kwargs: Any) -> None:
        """As ``close``, which has nothing to wait for."""
        self.close(**kwargs)

"""A token bucket over all uploads together: nobody is counted, so nobody is known (INTAKE §7).

    bucket = Bucket(size=60, per_second=0.5)
    bucket.take(now)      True: go on; False: 503, nothing stored

1. It must know no client: one bucket for everybody.
2. Its clock is an argument, and one that runs backwards must fill nothing.
"""

from __future__ import annotations


class Bucket:
    """At most `size` at once, refilled by `per_second`."""

    __slots__ = ("_at", "_left", "_per_second", "_size")

    def __init__(self, size: float, per_second: float) -> None:
        self._size, self._per_second = size, per_second
        self._left, self._at = size, 0.0

    def take(self, now: float) -> bool:
        """True when there was a token."""
        if now > self._at:
            self._left = min(self._size, self._left + (now - self._at) * self._per_second)
            self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True

"""The fuzz targets of tools/fuzz_intake.py, for a bounded time; `python tools/fuzz_intake.py` goes on for longer."""

import pytest

from tools.fuzz_intake import Target, fuzz, targets


@pytest.mark.parametrize("target", targets(), ids=lambda target: target.name)
def test_spoiled_bytes_are_refused_or_read_as_they_are(target: Target) -> None:
    assert fuzz(target, 2.5, 20245) > 20

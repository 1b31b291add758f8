"""ledger.policy.shipped: the nine versions that come with the program."""

from __future__ import annotations

import hashlib

import pytest

from ledger.errors import NotFound
from ledger.policy import plain
from ledger.policy.load import load
from ledger.policy.shipped import data_digest, definition, definitions


def test_names() -> None:
    assert definitions() == tuple(f"rsp-{v}" for v in "1.0 2.0 2.1 2.2 3.0 3.1 3.2 3.3 3.4".split())
    with pytest.raises(NotFound, match=r"rsp-2\.2"):
        definition("rsp-9.9")


@pytest.mark.parametrize("name", definitions())
def test_rules_1_and_2_digests_and_strict_loading(name: str) -> None:
    found = definition(name)
    assert found.text_digest == f"sha256:{hashlib.sha256(found.text).hexdigest()}"
    assert found.policy == load(plain.load(found.text))
    assert found.data_digest == data_digest(plain.load(found.text)) != found.text_digest
    assert name == f"{found.policy.policy}-{found.policy.version}"
    assert found.policy.supersedes in (None, *(other.removeprefix("rsp-") for other in definitions()))


def test_each_version_supersedes_the_one_before() -> None:
    versions = [definition(name).policy for name in definitions()]
    assert [p.supersedes for p in versions] == [None, *(p.version for p in versions[:-1])]
    assert [p.effective_on for p in versions] == sorted(p.effective_on for p in versions)

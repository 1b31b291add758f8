"""A bundle: what somebody hands to an auditor or a regulator, one zip or folder that opens without account or network.

Everything in a **whole** bundle::

    manifest.json                    for people and programs that list bundles; the verifier believes nothing in it
    checkpoint                       the signed note
    entries/000  entries/001.p/17    entry bundles under their tlog-tiles paths, without "tile/"
    policy.tlog                      which witnesses must have cosigned, if the log has any
    disclosures.jsonl                what the recipient may open: {"disclosure":"…","index":41} a line, canonical
    timestamps/41.tsr                RFC 3161 responses over the bytes of checkpoint (or of earlier/<size>)
    earlier/17                       checkpoints of before
    vkey  founding                   as published; nothing vouches for them, the recipient has them from elsewhere

A **selective** bundle holds, instead of ``entries/``, chosen entries each with its proof, and should hold the
founding and all entries about people and keys, so that signatures can be checked::

    leaves/41.json                   the entry's bytes
    leaves/41.tlog-proof             its C2SP tlog-proof, against the very checkpoint of the bundle

manifest.json is canonical JSON such as
``{"class":"board","format":1,"kind":"whole","made_at":"2025-…Z","origin":"example.org/log","size":273}``
(kind ``whole`` or ``chosen``). In a zip, names are as above, stored or deflated, each once, without folders' entries.

1. What the bundle is must be told from what is in it: selective when there are leaves and no entries.
2. Files that the layout does not name are not read.
"""

from __future__ import annotations

import re
from typing import Final

from ledger.verify.files import Files
from ledger.verify.source import Address
from ledger.verify.tiles import Tiles

_LEAF: Final = re.compile(r"(0|[1-9][0-9]{0,15})\.json")


def bundle(files: Files, address: Address) -> Tiles:
    """A source over the files of a bundle."""
    chosen = None
    if not files.names("entries"):
        leaves = [m[1] for name in files.names("leaves") if (m := _LEAF.fullmatch(name))]
        chosen = tuple(sorted(map(int, leaves))) if leaves else None
    return Tiles(files, address, hashes=False, chosen=chosen)

"""What can go wrong with a person's own key, as sentences to act on.

    Exception
    └── KeyTrouble          has `reason` (what happened) and `cure` (what to do)
        ├── FileTrouble     a key file is missing, open to others, damaged, or would be overwritten
        ├── NoPassphrase    no passphrase came from where it was to come from, or it does not open the file
        └── NotSigned       the signing program is missing or failed, or the person declined
    ValueError
    └── BadKey              a public key that the record does not take (keys.check)

1. No message may contain a private key or a passphrase.
"""

from __future__ import annotations


class KeyTrouble(Exception):
    """Carries `reason` and `cure`, both whole sentences."""

    def __init__(self, reason: str, cure: str) -> None:
        super().__init__(f"{reason} {cure}")
        self.reason = reason
        self.cure = cure


class FileTrouble(KeyTrouble):
    """A key file cannot be used or made."""


class NoPassphrase(KeyTrouble):
    """There is no passphrase, or not the right one."""


class NotSigned(KeyTrouble):
    """No signature was made."""

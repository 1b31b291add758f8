"""The one error of this folder. A signature that does not hold is no error: it is False.

    ValueError
    └── BadKey    "This Ed25519 key is a point of small order, under which nearly anything verifies."

1. Its text must be a whole sentence for a person, and say nothing but what is public.
"""


class BadKey(ValueError):
    """A public key that is not exactly as the record's format says; the text says how it differs."""

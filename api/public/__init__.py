"""What the public may see of a ledger. Pages and HTTP both read through this room, so there is one place to look."""

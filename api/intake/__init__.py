"""The intake's own application: another origin, process and database than the ledger's (INTAKE §7)."""

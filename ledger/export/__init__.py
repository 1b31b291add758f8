"""Bundles: what is handed to one recipient, to be opened without account or network (RECORD §6)."""

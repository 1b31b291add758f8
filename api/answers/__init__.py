"""Answers as plain values: the documents of ``--json`` and of the HTTP interface, made in one place."""

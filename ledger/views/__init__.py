"""Read models: one SQLite file with what the record says, for people's own tools. Disposable, never the record."""

"""The record's store, on every database it knows."""

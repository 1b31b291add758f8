"""What can be on the record, one subject a file; ``registry`` lists them all.

Nothing is imported here: a subject may ask the engine, and the engine asks other subjects.
"""

"""Demonstrations: a fictional organisation acts through the same doors as any user."""

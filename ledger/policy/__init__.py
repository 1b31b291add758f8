"""A policy version as data: what governed, read strictly, never coded into the rules."""

"""Tests of keys/: nothing of the project but keys/ is needed to run them."""

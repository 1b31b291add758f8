"""The anonymous channel: reports sealed in the sender’s hands, opened by k trustees together, buried never."""

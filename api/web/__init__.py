"""The pages: a plain register, rendered here, that works without a script."""

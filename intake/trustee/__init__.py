"""A trustee's own machine: keys and sheet, mirror and mail, cases and their clocks (INTAKE §4, §5)."""

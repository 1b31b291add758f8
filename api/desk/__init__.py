"""The trustee's desk: one local page on their own machine, and the same readings for the command line."""

"""The doors: command line, HTTP and pages, and the only place where the house is wired together."""

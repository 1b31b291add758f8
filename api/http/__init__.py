"""The HTTP door: JSON under /api/v1, the tlog-tiles log under /log, one shape for every problem."""

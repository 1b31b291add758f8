"""Where the record is kept: one port, two databases (ARCHITECTURE §3). Empty: each database loads its own driver."""

"""Speed as a ratio in one run, against what a user would pick instead. Never a timed test; ``make bench`` prints it."""

"""From the rows of a file to events: roles, faults, flags, commits, what became of each row."""

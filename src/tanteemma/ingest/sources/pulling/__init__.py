"""Rows fetched from other systems: databases, interfaces, folders. What opens connections runs in a process of its own."""

"""Live dialects, one file each."""

"""The journey index: sorted arrays of every journey, derived from the lake, rebuilt by one command."""

"""Matching of person records in a process of its own: what it is told, what it answers, how it is started."""

"""Weak spots, one kind a file: each says where it may be, how a journey is recognised to be hit, and when it is reported."""

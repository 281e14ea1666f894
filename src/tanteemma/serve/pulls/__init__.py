"""Pulls as people keep them: entered, changed, paused, removed, and what is told of them."""

"""The named steps from a received event to the lake."""

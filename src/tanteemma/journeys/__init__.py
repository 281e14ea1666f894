"""Measured journeys: graph, variants, funnels, durations."""

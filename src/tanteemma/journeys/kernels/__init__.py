"""Analyses over the journey index, one file each."""

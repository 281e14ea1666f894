"""The words: frozen typed values that every other package speaks with. Imports nothing of the project."""

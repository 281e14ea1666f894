"""Which journeys are looked at? Conditions as a short language, as a tree, as a sentence and as masks."""

"""Who is who: keys, subjects, persons, merging and parting."""

"""What is known of a person: facts gathered per subject in any order, and the profile they make together."""

"""What was gathered of each subject, kept to be found in microseconds: derived, and made anew from the lake when lost."""

"""Which records without a common key are about the same person? Cleaning, likeness, weights, groups; pure."""

"""Where data is fetched from or made (the sample company)."""

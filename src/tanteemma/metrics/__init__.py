"""What customers answered, as figures with their number of answers and their interval: NPS, CSAT, CES, WRS."""

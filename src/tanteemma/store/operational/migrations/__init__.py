"""The steps from each released shape of the operational tables to the next."""

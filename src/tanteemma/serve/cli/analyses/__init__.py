"""Commands of ``emma journeys``: one module for each analysis."""

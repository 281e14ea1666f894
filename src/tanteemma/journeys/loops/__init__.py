"""The compiled loops, one file for each analysis; a loop calls only loops of its own file (see ``journeys.compiled``)."""

"""One file per engine that answers SQL over events; each holds only the differences."""

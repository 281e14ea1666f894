"""What is measured at the touchpoints of a map: rules over events, counted for each of them in one walk."""

"""How are weak spots found, measured and put into words? What the detectors of ``journeys.breaks`` share."""

"""Questions about journeys: one module each, found through the hook ``questions``."""

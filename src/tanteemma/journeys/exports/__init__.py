"""How journeys are written out for other programs: one module a format, found by the hook ``export_formats``."""

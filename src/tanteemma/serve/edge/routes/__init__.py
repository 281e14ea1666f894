"""Every route that is no door, by what it is about. Each module has its ``ROUTES``, each route its permission in ``opt``."""

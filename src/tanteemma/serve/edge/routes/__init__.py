"""Every route that is no door, by what it is about. Each names its permission in ``opt``."""

from tanteemma.serve.edge.routes import api, health, pages, quarantine, signing, sources, statics

ROUTES = (
    *health.ROUTES,
    *statics.ROUTES,
    *signing.ROUTES,
    *pages.ROUTES,
    *sources.ROUTES,
    *quarantine.ROUTES,
    *api.ROUTES,
)
__all__ = ["ROUTES"]

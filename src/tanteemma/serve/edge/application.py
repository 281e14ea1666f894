"""The one ASGI callable that the server runs: headers around the gate around doors and site."""

from typing import cast

from tanteemma.serve.edge.asgi import Application
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.gate import Gate
from tanteemma.serve.edge.headers import SafeHeaders
from tanteemma.serve.edge.site import build_site


def build_application(edge: Edge) -> Application:
    """Doors, pages and interface of one data folder."""
    return SafeHeaders(Gate(edge, cast("Application", build_site(edge))), https=edge.https)

"""Which routes are there? Those of every module in ``serve.edge.routes``: a new page or interface is one new file."""

import importlib
import pkgutil

from litestar.handlers import HTTPRouteHandler

from tanteemma.serve.edge import routes


def every_route() -> tuple[HTTPRouteHandler, ...]:
    """The ``ROUTES`` of every module, in the order of their names."""
    modules = [importlib.import_module(module.name) for module in pkgutil.iter_modules(routes.__path__, f"{routes.__name__}.")]
    return tuple(route for module in modules for route in getattr(module, "ROUTES", ()))

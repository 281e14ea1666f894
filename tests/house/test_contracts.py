"""The import contracts of our own kind catch what they are there for, and know every package."""

import ast
import tomllib
from typing import Any, Final

import pytest
from grimp import ImportGraph
from importlinter.application.user_options import UserOptions  # noqa: F401 - loads the ports the contracts print through

from tests.house.contracts import NeverReachContract, OnlyFromContract
from tests.house.tree import ROOT, SRC, one_a_line, product

SQL: Final = {"modules": ["duckdb", "alembic"], "allowed": ["tanteemma.store"]}
EDGE: Final = {"sources": ["tanteemma.serve.edge", "tanteemma.not_yet"], "modules": ["numba", "duckdb"]}


def _graph(*imports: tuple[str, str]) -> ImportGraph:
    graph = ImportGraph()
    for importer, imported in imports:
        for name in (importer, imported):
            if name not in graph.modules:
                graph.add_module(name, is_squashed=not name.startswith("tanteemma"))
        graph.add_import(importer=importer, imported=imported, line_number=1, line_contents="import")
    return graph


def _kept(contract: type[OnlyFromContract] | type[NeverReachContract], options: dict[str, Any], graph: ImportGraph) -> bool:
    return contract(name="x", session_options={}, contract_options=options).check(graph, verbose=False).kept


def test_the_store_may_run_sql() -> None:
    assert _kept(OnlyFromContract, SQL, _graph(("tanteemma.store.lake", "duckdb")))


def test_a_page_may_not_run_sql() -> None:
    assert not _kept(OnlyFromContract, SQL, _graph(("tanteemma.store.lake", "duckdb"), ("tanteemma.serve.pages", "duckdb")))


def test_a_package_whose_name_only_begins_like_the_store_is_not_the_store() -> None:
    assert not _kept(OnlyFromContract, SQL, _graph(("tanteemma.storefront", "duckdb")))


def test_the_edge_reaches_no_engine_even_through_others() -> None:
    graph = _graph(("tanteemma.serve.edge", "tanteemma.model.arrays"), ("tanteemma.model.arrays", "numba"))
    assert not _kept(NeverReachContract, EDGE, graph)


def test_the_worker_may_reach_the_engines() -> None:
    assert _kept(NeverReachContract, EDGE, _graph(("tanteemma.serve.worker", "numba"), ("tanteemma.serve.edge", "msgspec")))


def test_every_package_stands_in_the_layers() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    named = {name.strip(" ()") for layer in layers for name in layer.split("|")}
    packages = {module.path.relative_to(SRC).parts[0] for module in product() if len(module.path.relative_to(SRC).parts) > 1}
    assert packages <= named


def test_only_sources_and_serve_open_connections_through_asyncio() -> None:
    """asyncio as such is no network, so no import contract can say this."""
    opening = {
        "open_connection",
        "start_server",
        "open_unix_connection",
        "start_unix_server",
        "create_connection",
        "create_server",
    }
    allowed = (SRC / "serve", SRC / "ingest" / "sources")
    found = [
        f"{module.place}:{node.lineno}"
        for module in product()
        if not any(module.path.is_relative_to(place) for place in allowed)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr in opening
    ]
    assert not found, one_a_line(found)


@pytest.mark.parametrize("package", ["", "store", "ingest", "identity", "serve", "journeys"])
def test_a_package_file_imports_nothing(package: str) -> None:
    """Python runs it on the way to any of its modules, so an import there would reach the edge unseen by the contracts."""
    text = (SRC / package / "__init__.py").read_text(encoding="utf-8")
    assert "import " not in text.split('"""')[-1]

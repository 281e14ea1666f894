"""Two import contracts of our own kind: both stay silent about modules that do not exist yet."""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class _ChainContract(Contract):
    """What both contracts share: they collect forbidden lines of imports and print them."""

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["lines"]:
            output.print_error(f"- {line}", bold=False)
        output.new_line()


class OnlyFromContract(_ChainContract):
    """Is ``modules`` imported directly by anything outside ``allowed``?"""

    type_name = "only_from"
    modules = fields.SetField(subfield=fields.StringField())
    allowed = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        allowed: Any = self.allowed
        lines = [
            f"{importer} imports {module}"
            for module in sorted(_present(graph, self.modules))
            for importer in sorted(graph.find_modules_that_directly_import(module))
            if not any(importer == place or importer.startswith(f"{place}.") for place in allowed)
        ]
        return ContractCheck(kept=not lines, metadata={"lines": lines})


class NeverReachContract(_ChainContract):
    """Does any of ``sources`` reach one of ``modules``, even through others?"""

    type_name = "never_reach"
    sources = fields.SetField(subfield=fields.StringField())
    modules = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        lines = [
            " imports ".join(chain)
            for source in sorted(_present(graph, self.sources))
            for module in sorted(_present(graph, self.modules))
            for chain in sorted(graph.find_shortest_chains(importer=source, imported=module, as_packages=True))
        ]
        return ContractCheck(kept=not lines, metadata={"lines": lines})


def _present(graph: ImportGraph, names: Any) -> set[str]:
    return {name for name in names if name in graph.modules}

"""The command line ``emma``. Others script against it: documents on standard output, everything else on standard error."""

from tanteemma.serve.cli.program import app, main, run

__all__ = ["app", "main", "run"]

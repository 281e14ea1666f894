"""The server loads nothing that only others need."""

import subprocess
import sys


def test_a_serving_process_holds_no_ornaments_and_no_search() -> None:
    said = """
import sys
from tanteemma.serve.frugal import load_no_ornaments
load_no_ornaments()
import tanteemma.serve.run
print(*sorted(name for name, module in sys.modules.items() if module is not None and "." not in name))
"""
    found = subprocess.run([sys.executable, "-c", said], check=True, capture_output=True, text=True)
    assert not {"rich", "pygments", "rapidfuzz", "pydantic", "alembic", "mako", "dlt", "pandas"} & set(found.stdout.split())

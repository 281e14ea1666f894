"""schemathesis asks a real server what its OpenAPI document allows, and more: never a 5xx, every refusal in its shape."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import ROOT
from tests.seed import SEED
from tests.server.running import running

pytestmark = pytest.mark.faults
EXAMPLES: Final = os.environ.get("EMMA_FAULT_EXAMPLES", "10")
CHECKS: Final = "not_a_server_error,response_schema_conformance,status_code_conformance"
#: whoever guesses the number of our own key ends the conversation
OURS: Final = "^/api/keys/"


def test_the_interface_answers_as_it_is_described(tmp_path: Path) -> None:
    if find_spec("schemathesis") is None:
        pytest.skip("make fuzz installs schemathesis")
    folder = tmp_path / "data"
    folder.mkdir()
    with running(folder, database_url="") as server:
        server.warm()
        command = [
            str(Path(sys.executable).parent / "schemathesis"), "run", str(ROOT / "docs" / "reference" / "openapi.json"),
            "--url", server.origin, "--header", f"Authorization: Bearer {server.key('admin')}", "--checks", CHECKS,
            "--max-examples", EXAMPLES, "--seed", str(SEED), "--phases", "coverage,fuzzing", "--exclude-path-regex", OURS,
            "--no-color", "--request-timeout", "60", "--suppress-health-check", "all",
        ]  # fmt: skip
        asked = subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path, timeout=1500)
        assert asked.returncode == 0, asked.stdout[-8000:] + asked.stderr[-2000:]
        assert "Traceback" not in server.log.read_text(encoding="utf-8")
        assert "error=" not in server.log.read_text(encoding="utf-8")

import gzip
import json
import time
from pathlib import Path
from typing import Any, Final

import pytest

from tanteemma.ingest.doors.shape import Path as Way
from tests.unit.ingest.doors.knocking import Shop, code_of

GROUPS: Final = ("json", "id", "time", "text", "http")
SLOW_S: Final = 5


@pytest.mark.parametrize("group", GROUPS)
def test_every_case_gets_the_answer_its_catalogue_states(bad_inputs: Path, group: str) -> None:
    lines = (bad_inputs / "catalogue.jsonl").read_text("utf-8").splitlines()
    cases = [case for line in lines if (case := json.loads(line))["group"] == group and case["file"]]
    assert cases
    shop = Shop()
    wrong = {case["id"]: found for case in cases if (found := _differences(bad_inputs, case, shop))}
    assert not wrong


def _differences(folder: Path, case: dict[str, Any], shop: Shop) -> list[str]:
    body = (folder / case["file"]).read_bytes()
    if case.get("stored") == "gzip":
        body = gzip.decompress(body)
    started = time.monotonic()
    answer = shop.send(
        body,
        content_type=case["content_type"],
        content_encoding=case["headers"].get("Content-Encoding"),
        path=Way.BEACON if case["path"].endswith("beacon") else Way.EVENTS,
    )
    want = case["expect"]
    found = {"status": answer.status, "accepted": answer.accepted, "duplicates": answer.duplicates, "code": code_of(answer)}
    found["quarantined"] = answer.quarantined
    wrong = [f"{name}: {found[name]} instead of {want[name]}" for name in found if name in want and found[name] != want[name]]
    if time.monotonic() - started > SLOW_S:
        wrong.append("slow")
    return wrong

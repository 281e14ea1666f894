"""The same server with its tables and its journal in PostgreSQL."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.postgres.conftest import Cluster, cluster
from tests.server.running import Running, running, wait_until

__all__ = ["cluster"]
pytestmark = pytest.mark.postgres


def counted(server: Running) -> int:
    imported = server.get("/api/overview", cookie=server.signed_in()).document["imported"]
    return imported["events"] if imported else 0


def test_doors_files_and_pages_work_on_postgres(cluster: Cluster, fresh: Callable[[], Path]) -> None:
    folder = fresh()
    url = cluster.new_database()
    with running(folder, database_url=url) as server:
        server.warm()
        made = server.post_form("/data/keys", {"_csrf_token": server.form_token(), "source": "shop"}, cookie=server.signed_in())
        key = made.text[made.text.index("wk_") :].split("<")[0]
        events = [{"message_id": f"pg-{n}", "type": "track", "event": "Anruf", "user_id": f"u-{n}"} for n in range(50)]
        assert server.send(events, key).document["accepted"] == 50
        assert server.send(events, key).document["duplicates"] == 50
        wait_until(lambda: counted(server) == 50)
        file = b"Kunde;Zeitpunkt;Ereignis\nK-1;01.03.2026 10:00:00;Anruf\n"
        sent = server.ask("POST", "/v1/imports", file, authorization=f"Bearer {key}", content_type="text/csv")
        assert (sent.status, sent.document["accepted"]) == (202, 1)
        assert server.get("/readyz").document == {"ready": True, "reasons": []}
    assert not (folder / "journal.db").exists()
    assert not (folder / "operational.db").exists()
    with running(folder, database_url=url) as server:
        server.ready()
        wait_until(lambda: counted(server) == 51)
        assert server.send(events, key).document["duplicates"] == 50

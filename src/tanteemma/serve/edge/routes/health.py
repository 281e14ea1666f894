"""Is the product alive, is it ready to take data, and what does it count?"""

import asyncio
import shutil
import time
from collections import Counter as Tally

import msgspec
from litestar import Response, get

from tanteemma.model.problems import Problem
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.edge.metrics import CONTENT_TYPE
from tanteemma.serve.edge.reading import AnyRequest, edge_of
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.worker.messages import Status
from tanteemma.store.operational import Transaction, notes, quarantine


class _Lag(msgspec.Struct):
    lag_s: float


@get("/healthz", opt={"permission": Permission.PUBLIC})
async def healthz() -> Response[dict[str, str]]:
    """Is the process alive? No disk, no worker."""
    return Response({"status": "alive"})


@get("/readyz", opt={"permission": Permission.PUBLIC})
async def readyz(request: AnyRequest) -> Response[dict[str, object]]:
    """Can it take data now? A row is really written and fsynced; each reason against it is named by its code."""
    edge = edge_of(request)
    found = await asyncio.gather(_storing(edge), _working(edge))
    reasons = [reason for reason in (*found, *_journal(edge), *_room(edge)) if reason]
    if edge.stopping.is_set():
        reasons.append("stopping")
    return Response({"ready": not reasons, "reasons": reasons}, status_code=503 if reasons else 200)


@get("/metrics", opt={"permission": Permission.METRICS_READ})
async def metrics(request: AnyRequest) -> Response[bytes]:
    """Everything counted, for Prometheus."""
    edge = edge_of(request)
    gauges = edge.counters.gauges
    gauges["ingest_lag_seconds"].set(await _lag_s(edge))
    edge.counters.waiting_rows(await edge.access.read(_waiting))
    gauges["queue_requests"].set(edge.intake.waiting)
    gauges["queue_bytes"].set(edge.memory.held)
    gauges["dedupe_index_size"].set(edge.intake.only_in_memory)
    gauges["disk_free_bytes"].set(shutil.disk_usage(edge.folder.path).free)
    gauges["worker_up"].set(edge.live.version is not None)
    return Response(edge.counters.page(), media_type=CONTENT_TYPE)


async def _lag_s(edge: Edge) -> float:
    """Not a number while nobody can tell."""
    try:
        told = await edge.worker.call(Status(), timeout_s=2.0)
    except Problem:
        return float("nan")
    return msgspec.json.decode(told.body, type=_Lag).lag_s


def _waiting(tx: Transaction) -> dict[str, int]:
    found: Tally[str] = Tally()
    for reason in quarantine.reasons(tx, quarantine.Filter()):
        found[reason.code] += reason.count
    return found


async def _storing(edge: Edge) -> str | None:
    def write(tx: Transaction) -> None:
        notes.put(tx, "ready", time.time())

    try:
        await edge.access.write(write)
    except Problem as problem:
        return problem.code.value
    except OSError:
        return "no_room"
    return None


async def _working(edge: Edge) -> str | None:
    try:
        await edge.worker.call(Status(), timeout_s=2.0)
    except Problem as problem:
        return problem.code.value
    return None


def _journal(edge: Edge) -> list[str]:
    return [] if edge.intake.healthy else ["journal_broken"]


def _room(edge: Edge) -> list[str]:
    free = shutil.disk_usage(edge.folder.path).free
    return ["no_room"] if free < edge.settings.disk_floor_bytes else []


ROUTES = (healthz, readyz, metrics)

"""A worker that is started to be killed: does jobs whose effect is a row, and says when it has one in hand."""

import os
import threading

import msgspec
import sqlalchemy as sa

from tanteemma.store.jobs import JobKind, JobRunner, RunnerOptions, Work
from tanteemma.store.operational import Operational

EFFECTS = sa.Table("effect", sa.MetaData(), sa.Column("number", sa.BigInteger), sa.Column("attempt", sa.Integer))
LEASE_S = 0.15
#: as long as a small job takes, so that a kill falls before, into and after it
WORK_S = 0.004


class Parcel(msgspec.Struct):
    number: int


def send(work: Work[None]) -> None:
    """The right way: the effect and its done mark are one transaction."""
    _in_hand(work)
    with work.operational.begin() as tx:
        tx.run(sa.insert(EFFECTS).values(number=work.payload.number, attempt=work.job.attempts))
        work.complete(tx)


def send_carelessly(work: Work[None]) -> None:
    """The wrong way, to prove that the test would notice: the effect first, its done mark later."""
    _in_hand(work)
    with work.operational.begin() as tx:
        tx.run(sa.insert(EFFECTS).values(number=work.payload.number, attempt=work.job.attempts))
    threading.Event().wait(WORK_S)


def _in_hand(work: Work[None]) -> None:
    os.write(1, b"%d\n" % work.payload.number)
    threading.Event().wait(WORK_S)


KINDS = {"send": JobKind(Parcel, send), "careless": JobKind(Parcel, send_carelessly)}


def work(where: str) -> None:
    """Do jobs until killed."""
    with Operational.open(where) as operational:
        options = RunnerOptions(kinds=KINDS, lease_s=LEASE_S, look_s=0.01)
        JobRunner(operational, None, options).run(threading.Event())

"""Every extension point, in one file. The built-in formats, doors, kernels and steps are found through these hooks too.

A new one is one new file: put it into the package named at the hook (or publish a distribution with an entry point in the
group ``tanteemma.<hook name>``), and decorate the object with the hook's ``add``. There is no list to edit.
"""

import importlib
import pkgutil
import threading
from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Hook(Generic[T]):
    """One extension point: what is added by name, first-party modules and entry points alike.

    >>> greetings: Hook[str] = Hook("greeting", package="")
    >>> _ = greetings.add("hello")("Guten Tag")
    >>> greetings.named("hello")
    'Guten Tag'
    """

    def __init__(self, name: str, *, package: str) -> None:
        self.name = name
        self.package = package
        self._added: dict[str, T] = {}
        self._searched = False
        #: two questions right after the start must both see everything; a module being imported may ask, too
        self._searching = threading.RLock()

    def add(self, name: str) -> Callable[[T], T]:
        """Decorator: make the object known under ``name``. A second one of the same name is an error."""

        def keep(item: T) -> T:
            if self._added.get(name, item) is not item:
                raise ValueError(f"{self.name} {name!r} is there twice")
            self._added[name] = item
            return item

        return keep

    def all(self) -> dict[str, T]:
        """Everything added, by name, sorted."""
        self._search()
        return dict(sorted(self._added.items()))

    def named(self, name: str) -> T:
        """The one called ``name``. Raises KeyError."""
        if name not in self._added:
            self._search()
        return self._added[name]

    def _search(self) -> None:
        with self._searching:
            if self._searched:
                return
            self._searched = True
            self._import()

    def _import(self) -> None:
        if self.package:
            root = importlib.import_module(self.package)
            for module in pkgutil.iter_modules(root.__path__, f"{self.package}."):
                importlib.import_module(module.name)
        for point in entry_points(group=f"tanteemma.{self.name}"):
            self.add(point.name)(point.load())


#: how a file is read: see ``tanteemma.ingest.formats.shape.FileFormat``
file_formats: Hook[Any] = Hook("file_format", package="tanteemma.ingest.formats")
#: how a live request of one dialect is decoded: see ``tanteemma.ingest.doors.shape.Door``
doors: Hook[Any] = Hook("door", package="tanteemma.ingest.doors")
#: how another vendor's clients are understood and answered: see ``tanteemma.ingest.doors.foreign.Dialect``
dialects: Hook[Any] = Hook("dialect", package="tanteemma.ingest.doors")
#: an analysis over journeys: see ``tanteemma.model.arrays.Kernel``
kernels: Hook[Any] = Hook("kernel", package="tanteemma.journeys.kernels")
#: what is compiled before the first question: a function over ``tanteemma.journeys.warm.Sample``
warmups: Hook[Any] = Hook("warmup", package="tanteemma.journeys.warmups")
#: how journeys are written out: see ``tanteemma.journeys.exports.shape.ExportFormat``
export_formats: Hook[Any] = Hook("export_format", package="tanteemma.journeys.exports")
#: a question about journeys that can be asked by name: see ``tanteemma.serve.worker.asking.Question``
questions: Hook[Any] = Hook("question", package="tanteemma.serve.worker.questions")
#: a metric made of the scores that customers gave: see ``tanteemma.metrics.shape.Metric``
metrics: Hook[Any] = Hook("metric", package="tanteemma.metrics")
#: a kind of weak spot in journeys: see ``tanteemma.journeys.findings.shape.Detector``
detectors: Hook[Any] = Hook("detector", package="tanteemma.journeys.breaks")
#: a durable job: see ``tanteemma.store.jobs.JobKind``
job_kinds: Hook[Any] = Hook("job_kind", package="tanteemma.serve.worker.jobs")
#: what people draw and write: see ``tanteemma.workshop.schema.DocumentKind``
document_kinds: Hook[Any] = Hook("document_kind", package="tanteemma.workshop.kinds")

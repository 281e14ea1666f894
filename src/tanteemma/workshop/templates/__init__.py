"""Ready beginnings of maps: phases, lanes, and the task of the company in each phase."""

from typing import Final

import msgspec

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.model.texts import text
from tanteemma.workshop.edits import Add, Edit
from tanteemma.workshop.keeping import Draft

_USUAL: Final = (
    "goal",
    "task",
    "actions",
    "touchpoints",
    "thoughts",
    "emotion",
    "pains",
    "delights",
    "needs",
    "contents",
    "expectations",
    "opportunities",
)


class MapTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """A beginning of a map. Its phases are the texts ``map.template.<name>.<phase>``; ``tasks``: those with a company task.

    ``optional``: phases that are there only if somebody wants them.
    """

    name: str
    phases: tuple[str, ...]
    optional: frozenset[str] = frozenset()
    tasks: bool = False
    lanes: tuple[str, ...] = _USUAL


TEMPLATES: Final = {
    one.name: one
    for one in (
        MapTemplate(
            name="seven",
            phases=(
                "pre_awareness",
                "awareness",
                "consideration",
                "decision",
                "closing",
                "use",
                "retention",
                "after_sales",
                "advocacy",
            ),
            optional=frozenset({"pre_awareness", "use"}),
            tasks=True,
        ),
        MapTemplate(name="five_a", phases=("attract", "accept", "adopt", "amplify", "advance")),
        MapTemplate(name="aida", phases=("attention", "interest", "desire", "action")),
        MapTemplate(
            name="service_case",
            phases=("notice", "look", "contact", "wait", "solve", "after"),
            lanes=(*_USUAL[:6], "pains", "needs", "contents", "owner", "frontstage", "backstage", "opportunities"),
        ),
        MapTemplate(
            name="b2b",
            phases=("need", "requirements", "search", "offers", "buy", "introduce", "operate", "extend"),
            lanes=(*_USUAL[:6], "pains", "needs", "contents", "owner", "expectations", "opportunities"),
        ),
        MapTemplate(name="blank", phases=(), lanes=("touchpoints", "emotion", "pains", "opportunities")),
    )
}


def template_named(name: str) -> MapTemplate:
    """The template of this name. Raises Problem TEMPLATE_UNKNOWN."""
    if name not in TEMPLATES:
        raise Problem(ProblemCode.TEMPLATE_UNKNOWN, status=404, value=name[:80], allowed=", ".join(TEMPLATES))
    return TEMPLATES[name]


def map_from(template: MapTemplate, name: str, language: str, wanted: frozenset[str] = frozenset()) -> Draft:
    """A new map in this language; ``wanted``: the optional phases to be there."""
    edits: list[Edit] = []
    phases = [phase for phase in template.phases if phase not in template.optional or phase in wanted]
    for phase in phases:
        title = text(f"map.template.{template.name}.{phase}", language)
        edits.append(Add(kind="phase", id=phase, fields={"name": title}))
    edits += [Add(kind="lane", id=f"lane-{lane}", fields={"kind": lane}) for lane in template.lanes]
    if template.tasks:
        for phase in phases:
            task = text(f"map.template.{template.name}.{phase}.task", language)
            edits.append(
                Add(kind="card", id=f"task-{phase}", place={"phase": phase, "lane": "lane-task"}, fields={"text": task})
            )
    return Draft(kind="map", name=name, fields={"state": "as_is"}, edits=edits)

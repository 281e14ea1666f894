"""The first contacts of a map: which question it asks, and what its goal is."""

from collections.abc import Mapping

from tanteemma.workshop.document import Content


def firsts_asked(content: Content, rules: Mapping[str, str], goal: str = "") -> dict[str, object]:
    """The options of the question ``first_contacts`` for a map. ``rules``: by touchpoint; ``goal``: as ``goal_rule``."""
    asked = {"touchpoint": [f"{identity}={rule}" for identity, rule in rules.items() if rule]}
    return asked | {"goal": goal_rule(content, rules, goal)}


def goal_rule(content: Content, rules: Mapping[str, str], said: str = "") -> str:
    """The rule of the goal: of the touchpoint of this id or text, else what was said; nothing said: the goal of the map."""
    wanted = (said or content.text("goal")).strip()
    for part in content.of_kind("touchpoint"):
        if wanted and wanted in {part.id, part.text("text")} and rules.get(part.id):
            return rules[part.id]
    return wanted


def goal_of(content: Content, said: str = "") -> str:
    """The id of the touchpoint that is the goal, empty where it is none of the map."""
    wanted = (said or content.text("goal")).strip()
    found = (part.id for part in content.of_kind("touchpoint") if wanted and wanted in {part.id, part.text("text")})
    return next(found, "")

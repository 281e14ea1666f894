"""What comes after a tool? What may be made from it, and the words that go along, so that nothing is typed twice."""

from collections.abc import Mapping
from typing import Final

from tanteemma.workshop.document import Content, Part

#: A weak spot that was found is no document; it starts the way all the same.
FINDING: Final = "finding"

#: What may be made from a document (or a part of it) of this kind, the usual next step first.
NEXT: Final[Mapping[str, tuple[str, ...]]] = {
    FINDING: ("five_whys", "opportunity", "idea_board", "insight", "initiative"),
    "map": ("five_whys", "idea_board", "opportunity", "hypothesis", "insight", "initiative"),
    "touchpoint": ("five_whys", "idea_board", "opportunity"),
    "persona": ("empathy_map", "storyboard", "hypothesis"),
    "empathy_map": ("insight", "idea_board", "hypothesis"),
    "stakeholder_map": ("initiative",),
    "storyboard": ("insight", "idea_board"),
    "insight": ("five_whys", "idea_board", "hypothesis", "opportunity"),
    "five_whys": ("hypothesis", "idea_board", "opportunity", "insight", "initiative"),
    "idea_board": ("hypothesis", "opportunity", "initiative"),
    "hypothesis": ("opportunity", "initiative"),
    "opportunity": ("hypothesis", "initiative"),
    "initiative": (),
    "readiness": ("initiative", "strategy_canvas"),
    "strategy_canvas": ("strategy_review", "initiative"),
    "strategy_review": ("initiative",),
}

#: The field of a document that says what it is about.
ABOUT: Final[Mapping[str, str]] = {
    "map": "scope",
    "touchpoint": "workings",
    "empathy_map": "situation",
    "storyboard": "story",
    "stakeholder_map": "purpose",
    "insight": "statement",
    "five_whys": "trouble",
    "idea_board": "challenge",
    "hypothesis": "solution",
    "opportunity": "idea",
    "initiative": "what",
    "strategy_canvas": "scope",
    "strategy_review": "summary",
}

#: Where a document takes up what went before, if that is not the field that says what it is about.
_INTO: Final[Mapping[tuple[str, str], str]] = {
    ("five_whys", "hypothesis"): "need",
    ("insight", "hypothesis"): "need",
    ("empathy_map", "hypothesis"): "need",
    ("map", "hypothesis"): "need",
}
#: Fields that mean the same on both sides, or a reference to where one comes from.
_SAME: Final = ("level", "quote", "owner", "due")
_REFERS: Final[Mapping[tuple[str, str], str]] = {
    ("persona", "empathy_map"): "persona",
    ("persona", "storyboard"): "persona",
    ("strategy_canvas", "strategy_review"): "canvas",
}


def carried(source: str, content: Content, target: str, part: Part | None = None) -> dict[str, str]:
    """What the fields of a new document of the kind ``target`` say at first, made from one of the kind ``source``.

    >>> from tanteemma.workshop.document import Value
    >>> carried("five_whys", Content(fields={"trouble": Value("Paket kommt spät", 1)}), "idea_board")
    {'challenge': 'Paket kommt spät'}
    """
    if (source, target) == ("hypothesis", "opportunity"):
        return _filled({"idea": " → ".join(filter(None, (content.text("solution"), content.text("practice"))))})
    words = part.text("text") if part is not None else content.text(ABOUT.get(source, ""))
    return carried_words(source, words, target) | _filled({name: _either(content, part, name) for name in _SAME})


def carried_words(source: str, words: str, target: str) -> dict[str, str]:
    """The same of a text alone, as a weak spot has it."""
    return _filled({_INTO.get((source, target), ABOUT.get(target, "")): words})


def refers_back(source: str, target: str) -> str | None:
    """The field of the new document that holds the key of where it comes from; None: a link does."""
    return _REFERS.get((source, target))


def _either(content: Content, part: Part | None, name: str) -> str:
    return part.text(name) if part is not None else content.text(name)


def _filled(said: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in said.items() if name and value}

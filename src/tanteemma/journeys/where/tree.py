"""What can be asked of a journey: conditions and how they are joined. Plain values that travel between processes."""

from enum import StrEnum
from typing import Final, Union

import msgspec

from tanteemma.journeys.drawn import Deviation, DrawnStep
from tanteemma.model import condition_tokens

Compare = condition_tokens.Compare


class _Node(msgspec.Struct, frozen=True, tag=True):
    """One condition, or several joined."""


class Passes(_Node, frozen=True):
    """It passes the touchpoint (through the channel) at least so many times."""

    touchpoint: str
    channel: str | None = None
    times: int = 1


class Follows(_Node, frozen=True):
    """It passes ``then`` after ``first``: directly after it, or some time later."""

    first: str
    then: str
    directly: bool = False


class Starts(_Node, frozen=True):
    """Its first event is of this touchpoint."""

    touchpoint: str


class Ends(_Node, frozen=True):
    """Its last event is of this touchpoint."""

    touchpoint: str


class Channel(_Node, frozen=True):
    """At least one event came through this channel."""

    channel: str


class Lasts(_Node, frozen=True):
    """The time from its first to its last event, in seconds."""

    compare: Compare
    seconds: float


class Holds(_Node, frozen=True):
    """How many events it has."""

    compare: Compare
    events: int


class Started(_Node, frozen=True):
    """When its first event happened: microseconds since 1970 UTC; ``said``: as it was written."""

    compare: Compare
    at_us: int
    said: str


class Ended(_Node, frozen=True):
    """When its last event happened; as ``Started``."""

    compare: Compare
    at_us: int
    said: str


class Variant(_Node, frozen=True):
    """Its touchpoints are exactly these, in this order."""

    steps: tuple[str, ...]


class Sense(StrEnum):
    """What is said of a step: it is one of some touchpoints, there is one and it is none of them, there is none."""

    IS = "is"
    OTHER = "other"
    MISSING = "missing"


class Step(_Node, frozen=True):
    """Its step number ``step`` after a touchpoint (``ahead``) or before it, as the question about paths counts steps.

    ``touchpoint`` None: counted from the first event, or back from the last; ``last``: its last occurrence, else the first;
    ``merge``: neighbours of one touchpoint are one step. A journey without the touchpoint has no steps to miss.
    """

    touchpoint: str | None
    step: int
    sense: Sense
    names: tuple[str, ...] = ()
    ahead: bool = True
    last: bool = False
    merge: bool = False


class Happens(_Node, frozen=True):
    """At least one event (of the touchpoint) from one moment to before another: microseconds since 1970 UTC, and as written."""

    from_us: int
    until_us: int
    said: tuple[str, str]
    at: str | None = None


class Which(StrEnum):
    """Which events are meant?"""

    ANY = "any"
    START = "start"
    END = "end"


#: Days of the week as conditions name them, Monday first.
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Hour(_Node, frozen=True):
    """An event (any, the first or the last; of the touchpoint) in an hour of the week on the clocks of a time zone.

    ``weekday`` 1 Monday to 7 Sunday, ``hour`` 0 to 23.
    """

    weekday: int
    hour: int
    zone: str
    which: Which = Which.ANY
    at: str | None = None


class Funnel(_Node, frozen=True):
    """It reaches at least ``level`` steps of a funnel (see ``kernels.funnel``), or exactly so many (``stops``).

    ``order``: loose, strict or any; ``within_s`` None: no limit. ``then``: of one that stops, what comes directly after the
    event by which it got there, None if that is not said.
    """

    steps: tuple[str, ...]
    level: int
    order: str = "loose"
    within_s: float | None = None
    without: tuple[str, ...] = ()
    stops: bool = False
    then: Sense | None = None
    names: tuple[str, ...] = ()


class FirstWhen(_Node, frozen=True):
    """Its first event of these touchpoints lies from one moment to before another; as ``Happens``."""

    touchpoints: tuple[str, ...]
    from_us: int
    until_us: int
    said: tuple[str, str]


class FirstSays(_Node, frozen=True):
    """What its first event of these touchpoints says: its ``channel`` or a fact is one of some words, another, or not said."""

    touchpoints: tuple[str, ...]
    fact: str
    sense: Sense
    words: tuple[str, ...] = ()


class Says(_Node, frozen=True):
    """At least one event (of the touchpoint) says so: a fact compared with one of the values, or (no values) said at all.

    Numbers compare as numbers, a word only with ``=`` and ``!=``. ``!=``: it says something, and that is none of them.
    """

    fact: str
    compare: Compare
    values: tuple[str | float, ...]
    at: str | None = None


class Window(msgspec.Struct, frozen=True):
    """A stretch of time: from one moment to before another (as ``Happens``), or the last so many seconds until now."""

    from_us: int = 0
    until_us: int = 0
    said: tuple[str, str] = ("", "")
    last_s: float | None = None


class Occurs(_Node, frozen=True):
    """How many of its events (of the touchpoint, through the channel, within a stretch of time) there are."""

    compare: Compare
    times: int
    touchpoint: str | None = None
    channel: str | None = None
    within: Window | None = None


class Elapsed(_Node, frozen=True):
    """How long ago its last event (of the touchpoint) was, or its ``first``, in seconds until now; false if there is none."""

    compare: Compare
    seconds: float
    touchpoint: str | None = None
    first: bool = False


class Sums(StrEnum):
    """How several numbers become one."""

    SUM = "sum"
    MEAN = "mean"
    FIRST = "first"
    LAST = "last"
    LEAST = "min"
    MOST = "max"


class Totals(_Node, frozen=True):
    """What its events (of the touchpoint, within a stretch of time) say of a number together, compared.

    The sum of nothing is 0; of nothing there is no mean, first, last, min or max, and the condition is false.
    """

    how: Sums
    fact: str
    compare: Compare
    value: float
    at: str | None = None
    within: Window | None = None


class Belongs(_Node, frozen=True):
    """Its person is in a segment of customers."""

    segment: str


class HasTrait(_Node, frozen=True):
    """A trait of its person that is computed by a declared formula, compared with a number or a word."""

    trait: str
    compare: Compare
    value: str | float


class Computed(_Node, frozen=True):
    """What a declared formula comes to for it, compared (what ``HasTrait`` asks for, worked out over the events).

    ``how`` as ``identity.profile.formulas.How``; ``given``: only events that say so; from one moment to before another.
    """

    how: str
    compare: Compare
    value: str | float
    fact: str = ""
    touchpoint: str | None = None
    channel: str | None = None
    given: tuple[Says, ...] = ()
    from_us: int | None = None
    until_us: int = 0


#: The parts that somebody can play in an account.
ROLES: Final = ("user", "influencer", "buyer", "decider", "gatekeeper", "member")


class InAccount(_Node, frozen=True):
    """Its person belongs to an account (None: to any), in a role (None: in any)."""

    account: str | None
    role: str | None = None


class Hit(_Node, frozen=True):
    """A weak spot hits it; ``spot``: which one, as ``findings.tokens`` writes it."""

    spot: str


class Drawn(_Node, frozen=True):
    """What is said of it beside a drawn journey; ``step``: of which step (from 1), or after how many ``touchpoint`` came."""

    steps: tuple[DrawnStep, ...]
    what: Deviation
    step: int = 0
    touchpoint: str | None = None


class Not(_Node, frozen=True):
    """The opposite."""

    part: "Expr"


class Every(_Node, frozen=True):
    """All of them."""

    parts: tuple["Expr", ...]


class Some(_Node, frozen=True):
    """At least one of them."""

    parts: tuple["Expr", ...]


Simple = Passes | Follows | Starts | Ends | Channel | Lasts | Holds | Started | Ended | Variant | Says
Placed = Step | Happens | Hour | Funnel | FirstWhen | FirstSays | Hit | Drawn
Counted = Occurs | Elapsed | Totals | Belongs | InAccount | HasTrait | Computed
Atom = Simple | Placed | Counted
Expr = Union[Atom, Not, Every, Some]  # noqa: UP007 - a union of names that are not there yet


def atoms(tree: "Expr") -> tuple[Atom, ...]:
    """The conditions of a tree, from left to right.

    >>> atoms(Not(Every((Starts("A"), Ends("B")))))
    (Starts(touchpoint='A'), Ends(touchpoint='B'))
    """
    if isinstance(tree, Not):
        return atoms(tree.part)
    if isinstance(tree, Every | Some):
        return tuple(atom for part in tree.parts for atom in atoms(part))
    return (tree,)


def every(parts: tuple["Expr", ...]) -> "Expr | None":
    """All of these as one condition; None if there are none."""
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else Every(parts)

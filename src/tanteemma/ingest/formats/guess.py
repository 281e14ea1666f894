"""Which column means what? Told by its name in German or English, checked by what it holds; what stays open is asked."""

from collections.abc import Mapping as MappingOf
from typing import Final

import msgspec

from tanteemma.ingest.formats.evidence import Seen
from tanteemma.ingest.formats.names import METRICS, is_birthday, plain_name, rank
from tanteemma.ingest.formats.role import NAMING
from tanteemma.ingest.formats.score_names import metric_asked, metric_on, printed_scale
from tanteemma.ingest.formats.shape import Question, Role, Scale

#: A touchpoint column repeats itself: at most so many different values, and at least twice as many rows.
_MOST_TOUCHPOINTS: Final = 500
_MOSTLY_MAILS: Final = 0.5
#: A column that is called a time or a number is one if this share of its values is.
_NAMED: Final = 0.5
#: Scales as they are printed on questionnaires, the narrowest first.
_SCALES: Final = ((1, 5), (1, 6), (1, 7), (1, 10), (0, 10), (0, 100))
_TEN: Final = 10
#: On a scale to ten somebody answers above the middle.
_HALF_OF_TEN: Final = 5
#: A heading with a question ranks behind every plain name of a score.
_AFTER_NAMES: Final = 1_000
#: Marks of 1 to 5 may be school marks, whose 6 nobody got.
_SCHOOL_MARKS: Final = "1-6:1"
_NEW_COLUMN_ORDER: Final = (
    Role.TIME,
    Role.JOURNEY,
    Role.EMAIL,
    Role.PERSON,
    Role.SCORE,
    Role.TOUCHPOINT,
    Role.CHANNEL,
    Role.VALUE,
    Role.CURRENCY,
    Role.COMMENT,
    Role.PHONE,
    Role.CARD,
)


#: A row names somebody, or a journey of somebody, by one of these.
_SOMEBODY: Final = {*NAMING, Role.JOURNEY, Role.SCORE}


class Guess(msgspec.Struct, frozen=True):
    """Columns by role, fixed texts by role, the scale of the score, and what has to be asked."""

    columns: dict[Role, str]
    constants: dict[Role, str]
    scale: Scale | None
    questions: tuple[Question, ...]


def guess_roles(seen: MappingOf[str, Seen]) -> Guess:
    """The role of each column from its name and its values. ``seen``: what each column holds, in the order of the file."""
    columns: dict[Role, str] = {}
    for role in _NEW_COLUMN_ORDER:
        taken = set(columns.values())
        ranked = [
            (not seen[name].values, place, name)
            for name in seen
            if name not in taken and (place := _rank(role, name, seen[name])) is not None
        ]
        fitting = [name for *_, name in sorted(ranked, key=lambda item: item[:2]) if _fits(role, seen[name])]
        if role is Role.SCORE and any(one.values for one in seen.values()):
            fitting = [name for name in fitting if seen[name].values]  # a score changes what the file is: a name is not enough
        if fitting:
            columns[role] = fitting[0]
    _by_content(columns, seen)
    clock = _clock_beside(columns, seen)
    if clock is not None:
        columns[Role.CLOCK] = clock
    constants: dict[Role, str] = {}
    if Role.TOUCHPOINT not in columns and Role.SCORE in columns:
        constants[Role.TOUCHPOINT] = columns[Role.SCORE]
    scale, asked = scale_of(columns.get(Role.SCORE), seen)
    questions = [*open_roles(columns, constants, seen), *asked]
    return Guess(columns, constants, scale, tuple(questions))


def _rank(role: Role, name: str, seen: Seen) -> int | None:
    place = rank(role, name)
    return _asks(name, seen) if place is None and role is Role.SCORE else place


def _clock_beside(columns: dict[Role, str], seen: MappingOf[str, Seen]) -> str | None:
    """The column with the time of day, where the column of times holds days only."""
    if Role.TIME not in columns or not seen[columns[Role.TIME]].days_only:
        return None
    ranked = [(place, name) for name in seen if (place := rank(Role.CLOCK, name)) is not None]
    fitting = [name for _, name in sorted(ranked) if name not in columns.values() and seen[name].clocks >= _NAMED]
    return fitting[0] if fitting else None


def _fits(role: Role, seen: Seen) -> bool:
    """Do the values allow what the name promises? An empty column (a file with a header only) allows everything."""
    if not seen.values:
        return True
    if role is Role.TIME:
        return seen.times >= _NAMED
    if role in {Role.VALUE, Role.SCORE}:
        return seen.numbers >= _NAMED
    if role is Role.EMAIL:
        return seen.mails >= _MOSTLY_MAILS
    if role is Role.TOUCHPOINT:
        return not seen.is_time
    return True


def _by_content(columns: dict[Role, str], seen: MappingOf[str, Seen]) -> None:
    """Fill time, person and touchpoint from the values where exactly one column can be meant."""
    free = [name for name in seen if name not in columns.values()]
    times = [name for name in free if seen[name].is_time and not seen[name].digits_only and not is_birthday(name)]
    if Role.TIME not in columns and len(times) == 1:
        columns[Role.TIME] = times[0]
    mails = [name for name in free if seen[name].values and seen[name].mails >= _MOSTLY_MAILS]
    if Role.EMAIL not in columns and Role.PERSON not in columns and len(mails) == 1:
        columns[Role.EMAIL] = mails[0]
    if Role.TOUCHPOINT not in columns and Role.SCORE not in columns:
        repeating = [name for name in free if name not in columns.values() and _repeats(seen[name])]
        if len(repeating) == 1:
            columns[Role.TOUCHPOINT] = repeating[0]


def _repeats(seen: Seen) -> bool:
    words = not seen.is_number and not seen.is_time and not seen.mails
    return words and 1 < seen.different <= _MOST_TOUCHPOINTS and seen.values >= 2 * seen.different


def open_roles(columns: dict[Role, str], constants: dict[Role, str], seen: MappingOf[str, Seen]) -> list[Question]:
    """A question for each role that is needed and has no column."""
    free = [name for name in seen if name not in columns.values()]
    found = []
    if Role.TIME not in columns:
        times = tuple(name for name in free if seen[name].is_time or not seen[name].values)
        found.append(Question(code="role_time", column=None, choices=times or tuple(free)))
    if Role.TOUCHPOINT not in columns and Role.TOUCHPOINT not in constants:
        words = tuple(name for name in free if not seen[name].is_time and not seen[name].is_number)
        found.append(Question(code="role_touchpoint", column=None, choices=words or tuple(free)))
    objects = any(name.startswith("ocel:") and name not in columns.values() for name in seen)
    if not objects and not _SOMEBODY & columns.keys():
        found.append(Question(code="role_person", column=None, choices=tuple(free)))
    return found


def scale_of(column: str | None, seen: MappingOf[str, Seen]) -> tuple[Scale | None, list[Question]]:
    """The scale of the score column: from its name where that settles it, else which end is good is asked."""
    if column is None:
        return None, []
    held = seen[column]
    told = _told_scale(column, held)
    if told is not None:
        return told, []
    printed = printed_scale(column)
    if held.low is None or held.high is None:
        return None, [Question(code="scale", column=column, choices=("1-5:5", "1-5:1", "1-6:1", "0-10:10"))]
    if printed is not None and _inside(held, *printed[:2]):
        low, high = printed[:2]
        school = False
    else:
        fitting = ((float(low), float(high)) for low, high in _SCALES if _inside(held, low, high))
        low, high = next(fitting, (held.low, held.high))
        school = (low, high) == _SCALES[0]
    known = metric_on(column, low, high)
    ends = [f"{low:g}-{high:g}:{high:g}", f"{low:g}-{high:g}:{low:g}", *([_SCHOOL_MARKS] if school else [])]
    choices = [f"{each}:{known}" if known else each for each in ends]
    return None, [Question(code="scale", column=column, choices=tuple(choices), example=f"{held.low:g} … {held.high:g}")]


def _told_scale(column: str, held: Seen) -> Scale | None:
    """The scale that the name of the column settles, both ends and the good one, if all values lie on it."""
    name = plain_name(column)
    if name in METRICS:
        metric, low, high, best = METRICS[name]
        return Scale(low=low, high=high, best=best, metric=metric) if _inside(held, low, high) else None
    printed = printed_scale(column)
    if printed is None and metric_asked(column) == "nps" and held.high is not None and held.high > _HALF_OF_TEN:
        printed = (0.0, 10.0, None)
    if printed is None or not _inside(held, *printed[:2]):
        return None
    worst, top, good = printed
    known = metric_on(column, worst, top)
    if good is None and known in {"nps", "enps"}:
        good = top
    return None if good is None else Scale(low=worst, high=top, best=good, metric=known)


def _inside(held: Seen, low: float, high: float) -> bool:
    return held.low is None or held.high is None or (held.low >= low and held.high <= high)


def _asks(name: str, seen: Seen) -> int | None:
    """How likely is a column a score because of the question in its heading? Only numbers that fit on a scale are answers."""
    metric = metric_asked(name)
    if seen.low is None or seen.high is None or not (metric or printed_scale(name)):
        return None
    printed = printed_scale(name)
    on_scale = 0 <= seen.low <= seen.high <= _TEN or (printed is not None and _inside(seen, *printed[:2]))
    return _AFTER_NAMES + ("nps", "csat", "ces", "enps", None).index(metric) if on_scale else None

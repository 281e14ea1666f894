"""From a filled form to the written condition: what people choose from lists, in the words that addresses carry."""

import re
from collections.abc import Callable
from typing import Final

from tanteemma.model.condition_tokens import fact_written, quoted

Said = dict[str, str]


def condition_of(said: Said, language: str = "en") -> str:
    """The written condition of a filled form; empty if nothing was chosen. ``kind`` says which form it was.

    ``language``: in which numbers are written.

    >>> condition_of({"kind": "passes", "touchpoint": "Anruf", "times": "2", "not": "1"})
    "not passes 'Anruf' >= 2"
    """
    write = _FORMS.get(said.get("kind", ""))
    made = write(said | {"language": language}) if write is not None else ""
    return f"not {made}" if made and said.get("not") else made


def plain_number(said: str, language: str) -> str:
    """A number as conditions write it; dots (in English: commas) between thousands go, one comma is a decimal one.

    >>> [plain_number(said, "de") for said in ("1.500", "1.234.567,5", "1,5", "0.500", "12")]
    ['1500', '1234567.5', '1.5', '0.500', '12']
    >>> [plain_number(said, "en") for said in ("1,500", "1,234,567.5", "1.500", "1,5")]
    ['1500', '1234567.5', '1.500', '1.5']
    """
    between, decimal = (".", ",") if language == "de" else (",", ".")
    if re.fullmatch(rf"-?[1-9]\d{{0,2}}(\{between}\d{{3}})+(\{decimal}\d+)?", said.strip()):
        said = said.replace(between, "")
    return said.strip().replace(",", ".")


def _number(said: Said, field: str) -> str:
    return plain_number(said.get(field, ""), said["language"])


def _name(said: Said, field: str) -> str:
    return quoted(said[field]) if said.get(field) else ""


def _passes(said: Said) -> str:
    if not _name(said, "touchpoint"):
        return ""
    via = f" via {_name(said, 'channel')}" if said.get("channel") else ""
    times = said.get("times", "1")
    return f"passes {_name(said, 'touchpoint')}{via}" + (f" >= {times}" if times not in {"", "1"} else "")


def _follows(said: Said) -> str:
    first, then = _name(said, "first"), _name(said, "then")
    return f"passes {first} {'directly ' if said.get('directly') else ''}before {then}" if first and then else ""


def _one(word: str, field: str) -> Callable[[Said], str]:
    return lambda said: f"{word} {_name(said, field)}" if said.get(field) else ""


def _lasts(said: Said) -> str:
    value = _number(said, "value")
    return f"duration {said.get('compare', '>=')} {value}{said.get('unit', 'd')}" if value else ""


def _between(said: Said) -> str:
    ends = [f"started >= {said['from']}"] if said.get("from") else []
    ends += [f"started < {said['until']}"] if said.get("until") else []
    return " and ".join(ends)


def _says(said: Said) -> str:
    fact, compare, value = said.get("fact", ""), said.get("compare", "="), said.get("value", "")
    if not fact:
        return ""
    at = f" at {_name(said, 'touchpoint')}" if said.get("touchpoint") else ""
    if not value:
        return f"{fact_written(fact)} exists{at}"
    is_number = compare not in {"=", "!="} or fact in {"value", "score"}
    return f"{fact_written(fact)} {compare} {_number(said, 'value') if is_number else quoted(value)}{at}"


def _within(said: Said) -> str:
    days = _number(said, "days")
    if days:
        return f" last {days}d"
    if said.get("from") and said.get("until"):
        return f" from {said['from']} until {said['until']}"
    return ""


def _counts(said: Said) -> str:
    if not said.get("times"):
        return ""
    via = f" via {_name(said, 'channel')}" if said.get("channel") else ""
    return f"count {_name(said, 'touchpoint') or 'any'}{via} {said.get('compare', '>=')} {said['times']}{_within(said)}"


def _since(said: Said) -> str:
    value = _number(said, "value")
    first = "first " if said.get("which") == "first" else ""
    name = _name(said, "touchpoint") or "any"
    return f"since {first}{name} {said.get('compare', '>')} {value}{said.get('unit', 'd')}" if value else ""


def _sums(said: Said) -> str:
    fact, value = said.get("fact", ""), _number(said, "value")
    if not fact or not value:
        return ""
    at = f" at {_name(said, 'touchpoint')}" if said.get("touchpoint") else ""
    return f"{said.get('how', 'sum')} of {fact_written(fact)} {said.get('compare', '>=')} {value}{at}{_within(said)}"


def _trait(said: Said) -> str:
    value = _number(said, "value")
    if not said.get("trait") or not value:
        return ""
    is_number = value.removeprefix("-").replace(".", "", 1).isdecimal()
    return f"trait {_name(said, 'trait')} {said.get('compare', '>=')} {value if is_number else quoted(said['value'].strip())}"


def _account(said: Said) -> str:
    if not said.get("account") and not said.get("role"):
        return ""
    role = f" as {said['role']}" if said.get("role") else ""
    return f"account = {_name(said, 'account') or 'any'}{role}"


_FORMS: Final[dict[str, Callable[[Said], str]]] = {
    "passes": _passes,
    "follows": _follows,
    "starts": _one("starts", "touchpoint"),
    "ends": _one("ends", "touchpoint"),
    "channel": _one("channel", "channel"),
    "lasts": _lasts,
    "between": _between,
    "says": _says,
    "counts": _counts,
    "since": _since,
    "sums": _sums,
    "segment": lambda said: f"segment = {_name(said, 'segment')}" if said.get("segment") else "",
    "account": _account,
    "trait": _trait,
    "written": lambda said: said.get("condition", ""),
}

"""How small can a script be sent? Without comments and layout, its own names short; no tool of another language needed.

A name is made short everywhere or nowhere, so scopes do not matter: two variables that were called the same are called the same
afterwards. Members (``a.name``) and keys (``name:``, the colon close to the name) keep theirs; in our scripts the colon of a
choice (``a ? b : c``) stands apart from what is before it.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Final

_TOKEN: Final = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')"""
    r"""|(?P<word>[A-Za-z_$][\w$]*)|(?P<number>\d[\w.]*)|(?P<space>\s+)|(?P<sign>.)""",
    re.DOTALL,
)
_PATTERN: Final = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/[a-z]*")
_BEFORE_PATTERN: Final = frozenset("(,=:[!&|?{};") | {"return"}
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVXYZ"
_KEYWORDS: Final = frozenset({"do", "if", "in", "of", "as", "is"})
_PARAMETERS: Final = re.compile(r"\bfunction\b\s*(\w*)\s*\(([^()]*)\)|\bcatch \((\w+)\)")
_DECLARED: Final = re.compile(r"\bvar\s+(.*?);", re.DOTALL)
_ONE: Final = re.compile(r"(?:^|,)\s*([A-Za-z_$][\w$]*)\s*(?==|,|$)")
_OPENS: Final = frozenset("([{")
_CLOSES: Final = frozenset(")]}")
_WORDLIKE: Final = re.compile(r"[\w$]")


def packed(script: str) -> str:
    r"""The same script, as short as it gets.

    >>> packed("var visits = 0; // so far\nfunction seen(page) { visits += page.visits; return { page: page }; }")
    'var b=0;function c(a){b+=a.visits;return{page:a};}'
    """
    tokens = list(_tokens(script))
    short = _short_names(tokens, _own_names("".join(token for _, token in tokens)))
    written: list[str] = []
    for place, (kind, token) in enumerate(tokens):
        if kind == "space":
            continue
        said = short.get(token, token) if kind == "word" and _is_variable(tokens, place) else token
        if written and _WORDLIKE.match(said) and _WORDLIKE.match(written[-1][-1]):
            written.append(" ")
        written.append(said)
    return "".join(written)


def _tokens(script: str) -> Iterator[tuple[str, str]]:
    place, last = 0, "("
    while place < len(script):
        pattern = _PATTERN.match(script, place) if last in _BEFORE_PATTERN and script[place : place + 2] != "//" else None
        found = pattern or _TOKEN.match(script, place)
        if found is None:
            return
        place = found.end()
        kind = "pattern" if pattern else str(found.lastgroup)
        if kind == "comment":
            continue
        if kind != "space":
            last = found[0]
        yield kind, found[0]


def _own_names(script: str) -> frozenset[str]:
    """Everything the script declares: its functions, their parameters, its variables."""
    names = set()
    for hit in _PARAMETERS.finditer(script):
        names |= {hit[1], hit[3] or "", *(name.strip() for name in (hit[2] or "").split(","))}
    for hit in _DECLARED.finditer(script):
        names |= set(_ONE.findall(_without_insides(hit[1])))
    return frozenset(names - {""})


def _without_insides(declared: str) -> str:
    """A list of declarations without what stands in brackets or quotes."""
    kept, depth = [], 0
    for kind, piece in _tokens(declared):
        depth += (piece in _OPENS) - (piece in _CLOSES) if kind == "sign" else 0
        kept.append(piece if not depth and kind in {"word", "space", "sign"} and piece not in _CLOSES else "0")
    return "".join(kept)


def _is_variable(tokens: list[tuple[str, str]], place: int) -> bool:
    before = tokens[place - 1][1] if place else ""
    after = tokens[place + 1][1] if place + 1 < len(tokens) else ""
    return before != "." and (after != ":" or before == "?")


def _short_names(tokens: list[tuple[str, str]], own: frozenset[str]) -> dict[str, str]:
    """The most frequent name gets the shortest; a letter that is used as it is stays free."""
    used = Counter(token for place, (kind, token) in enumerate(tokens) if kind == "word" and _is_variable(tokens, place))
    taken = {name for name in used if name not in own}
    free = (
        name
        for length in (1, 2)
        for name in map("".join, product(_LETTERS, repeat=length))
        if name not in taken and name not in _KEYWORDS
    )
    return dict(zip((name for name, _ in used.most_common() if name in own), free, strict=False))

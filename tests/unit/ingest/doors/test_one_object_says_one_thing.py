"""The quick proof of ``strict_json`` against a slow reader that looks at every name and number."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.ingest.steps.strict_json import Shape, canonical, depth_of, mend, read_object, read_objects
from tanteemma.model.problems import Problem, ProblemCode

SHAPE = Shape()


def verdict(text: bytes, shape: Shape = SHAPE) -> str:
    try:
        read_object(mend(text), shape)
    except Problem as problem:
        return problem.code.value
    return "fine"


def slow_verdict(text: str) -> str:
    """The same, obvious: every object's names in a list, every number as a float."""
    found: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        if len(names) != len(set(names)):
            found.append("duplicate_key")
        return dict(pairs)

    def number(digits: str) -> float:
        if abs(float(digits)) == float("inf"):
            found.append("number_out_of_range")
        return float(digits)

    json.loads(text, object_pairs_hook=members, parse_int=number, parse_float=number)
    return "number_out_of_range" if "number_out_of_range" in found else found[0] if found else "fine"


NAMES = st.sampled_from(['"a"', '"b"', '"\\u0061"', '":"', '"a\\":"', '" :"', '"ä"', '"\\u00e4"', '"\\u003a"', '"\\u0022:"'])
NUMBERS = st.sampled_from(
    ["0", "-0", "1.0", "1.10", "1e5", "1E+2", "9007199254740993", "1" * 320, "1e400", "-1e999", "1e-400", "2e308"]
)
TEXTS = st.sampled_from(['":"', '"x"', '"\\":"', '"{\\"a\\":1}"', '"\\u0022:"', '"ü"', '"\\/"', '"\\ud83d\\ude00"'])
SPACES = st.sampled_from(["", " ", "\n", "\t ", "  "])


@st.composite
def objects(draw: st.DrawFn, depth: int = 0) -> str:
    pairs = []
    for _ in range(draw(st.integers(0, 4))):
        kinds = [NUMBERS, TEXTS, st.just("null")]
        if depth < 3:
            kinds += [objects(depth + 1), st.builds(lambda inner: f"[{inner},{inner}]", objects(depth + 1))]
        before, after = draw(SPACES), draw(SPACES)
        pairs.append(f"{draw(SPACES)}{draw(NAMES)}{before}:{after}{draw(st.one_of(kinds))}")
    return "{" + ",".join(pairs) + draw(SPACES) + "}"


@given(objects())
def test_the_quick_proof_and_the_slow_reader_agree(text: str) -> None:
    found, slow = verdict(text.encode()), slow_verdict(text)
    assert found == slow or (found != "fine" and slow != "fine")


@given(objects())
def test_the_text_of_each_member_is_what_was_written(text: str) -> None:
    if slow_verdict(text) != "fine":
        return
    strict = read_object(text.encode(), SHAPE)
    for name, value in strict.value.items():
        kept = strict.text_of(name)
        assert json.loads(kept, parse_float=str, parse_int=str) == json.loads(text, parse_float=str, parse_int=str)[name]
        assert json.loads(kept) == value or value is None


@given(st.lists(objects(), max_size=5), SPACES)
def test_many_objects_at_once_say_the_same_as_one_by_one(texts: list[str], space: str) -> None:
    pieces = [text.strip().encode() for text in texts]
    together = read_objects(b"[" + (space + ",").encode().join(pieces) + b"]", pieces, SHAPE)
    if together is None:
        return
    for one, piece in zip(together, pieces, strict=True):
        alone = read_object(piece, SHAPE)
        assert (one.value, one.invisible) == (alone.value, False)
        assert not alone.invisible
        assert {name: one.text_of(name) for name in one.value} == {name: alone.text_of(name) for name in alone.value}


@pytest.mark.parametrize(
    "odd", ['{"a":1,"a":2}', '{"a":"\u200b"}', '{"a":' + "1" * 320 + "}", '{"a":' + "[" * 70 + "]" * 70 + "}", "7"]
)
def test_one_odd_object_makes_all_be_looked_at_one_by_one(odd: str) -> None:
    pieces = [b'{"b":1}', odd.encode(), b'{"c":"]}"}']
    assert read_objects(b"[" + b",".join(pieces) + b"]", pieces, SHAPE) is None


def test_ordinary_objects_are_read_together() -> None:
    pieces = ['{"a":"Grüße – „ja“ 😀","b":[{"c":[]}],"d":19.99}'.encode(), rb'{"a":"\u00e4\ud83d\ude00\/ \"x\""}']
    together = read_objects(b"[" + b" , ".join(pieces) + b"]", pieces, SHAPE)
    assert together is not None
    assert [one.value["a"] for one in together] == ["Grüße – „ja“ 😀", 'ä😀/ "x"']


@given(st.dictionaries(st.text(), st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text())))
def test_white_space_escapes_and_order_make_no_other_content(value: dict[str, Any]) -> None:
    plain = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    other = json.dumps(dict(reversed(value.items())), indent=3, ensure_ascii=True).encode()
    try:
        one = read_object(mend(plain), SHAPE)
    except Problem:
        return
    again = read_object(mend(other), SHAPE)
    if b"\\u0000" not in other:
        assert canonical(one.value) == canonical(again.value)


@pytest.mark.parametrize(
    "number", ["9223372036854775808", "9007199254740993", "-170141183460469231731687303715884105729", "1" * 308]
)
def test_whole_numbers_of_any_size_stay_exact(number: str) -> None:
    strict = read_object(f'{{"v":{number}, "w":1.10}}'.encode(), SHAPE)
    assert strict.text_of("v") == number
    assert strict.text_of("w") == "1.10"
    assert strict.value["v"] == int(number)


@pytest.mark.parametrize(
    "number", ["9" * 309, "1" * 5000, "-" + "2" * 310, "1e309", "-1e400", "9" * 400 + ".5", "1" + "0" * 309]
)
@pytest.mark.parametrize("shift", [0, 1, 7, 29, 30, 31])
def test_a_number_no_reader_can_hold_is_refused_wherever_it_stands(number: str, shift: int) -> None:
    assert verdict(f'{{"{"x" * shift}":[{number}]}}'.encode()) == "number_out_of_range"


def test_long_runs_of_digits_in_a_text_are_no_number() -> None:
    assert verdict(b'{"a":"' + b"1" * 900 + b'"}') == "fine"


@pytest.mark.parametrize(
    ("levels", "code"), [(1, "fine"), (64, "fine"), (65, "too_deep"), (66, "too_deep"), (1000, "too_deep")]
)
def test_an_object_may_have_64_levels(levels: int, code: str) -> None:
    text = b'{"a":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}" if levels > 1 else b'{"a":1}'
    assert depth_of(text, 10_000) == levels
    assert verdict(text) == code


def test_many_brackets_side_by_side_are_not_deep() -> None:
    assert verdict(b'{"a":[' + b"[],{}," * 200 + b'"[[[["]}') == "fine"


@pytest.mark.parametrize(("bytes_", "code"), [(1024, "fine"), (1025, "key_too_long")])
@pytest.mark.parametrize("letter", ["a", "ä", '\\"', "\\u00e4"])
def test_a_name_may_have_1024_bytes(bytes_: int, code: str, letter: str) -> None:
    size = {"a": 1, "ä": 2, '\\"': 1, "\\u00e4": 2}[letter]
    name = letter * (bytes_ // size) + "x" * (bytes_ % size)
    assert verdict(f'{{"deep":{{"{name}":1}}}}'.encode()) == code


def test_an_event_may_have_1000_different_names_however_they_are_spread() -> None:
    one = {f"n{number}": number for number in range(999)}
    assert verdict(json.dumps({"p": one}).encode()) == "fine"
    assert verdict(json.dumps({"p": one, "q": 1}).encode()) == "too_many_properties"
    assert verdict(json.dumps({"p": {f"a{n}": {f"b{n}": 1} for n in range(600)}}).encode()) == "too_many_properties"
    assert verdict(json.dumps({"items": [{"sku": 1, "price": 2, "count": 3}] * 700}).encode()) == "fine"


def test_what_no_store_can_hold_is_replaced_at_the_same_length() -> None:
    text = rb'{"a\u0000":"\ud800 \ud83d\ude00 \uDFFF \\u0000 \\ud800 \u00e4\ud83d"}'
    mended = mend(text)
    assert len(mended) == len(text)
    assert read_object(mended, SHAPE).value == {"a�": "� 😀 � \\u0000 \\ud800 ä�"}


@pytest.mark.parametrize("before", [0, 1, 498, 499, 500, 501])
def test_a_long_run_of_escapes_keeps_its_pairs_whole(before: int) -> None:
    text = json.dumps({"v": "ä" * before + "😀" * 600 + "\ud83d" + "\\" * before + "\0"}).encode()
    kept = read_object(mend(text), Shape()).value["v"]
    assert kept == "ä" * before + "😀" * 600 + "�" + "\\" * before + "�"


def test_two_names_that_become_the_same_are_a_duplicate() -> None:
    assert verdict(rb'{"\ud800":1,"\udbff":2}') == "duplicate_key"


@given(st.text(alphabet=st.characters(blacklist_categories=()), max_size=20))
def test_mending_leaves_every_storable_text_as_it_is(text: str) -> None:
    written = json.dumps({"v": text}).encode()
    kept = read_object(mend(written), SHAPE).value["v"]
    storable = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if text else text
    assert kept.count("�") >= text.count("\0")
    if not any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in text):
        assert kept == text == storable
    kept.encode()


@pytest.mark.parametrize(
    "letter", ["\u200b", "\u200d", "\u202e", "\u2066", "\ufeff", "\u00ad", "\U000e0041", "\u061c", "\u3164"]
)
@pytest.mark.parametrize("escaped", [False, True])
def test_characters_nobody_sees_are_noticed(letter: str, escaped: bool) -> None:
    assert read_object(json.dumps({"v": f"a{letter}b"}, ensure_ascii=escaped).encode(), SHAPE).invisible
    assert read_object(json.dumps({f"a{letter}b": 1}, ensure_ascii=escaped).encode(), SHAPE).invisible


def test_umlauts_quotes_and_pictures_are_seen() -> None:
    assert not read_object('{"v":"„Grüße“ – … ❤️ 日本 😀"}'.encode(), SHAPE).invisible


def test_a_text_that_is_not_looked_into_is_too_large() -> None:
    with pytest.raises(Problem) as refused:
        read_object(b'{"a":1,"a":2' + b" " * 100 + b"}", SHAPE, largest=100)
    assert refused.value.code is ProblemCode.EVENT_TOO_LARGE

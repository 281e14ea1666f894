"""What do events say of firms and households? By keys, by the vendors' own fields, by traits; roles in two languages."""

import itertools
import random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.identity.accounts import AccountRole, SaidAccount, accounts_in
from tanteemma.identity.profile.belonging import Belonging

Texts = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]


def _said(texts: Texts = ({}, {}, {}), *, keys: dict[str, str] | None = None, group: bool = False) -> tuple[SaidAccount, ...]:
    properties, traits, context = (msgspec.json.encode(one).decode() if one else "" for one in texts)
    flat = {name: msgspec.json.encode(value).decode() for name, value in texts[1].items()}
    return accounts_in(keys or {}, (properties, traits, context), flat, is_group=group)


@pytest.mark.parametrize(
    ("texts", "keys", "group", "accounts"),
    [
        (({}, {}, {}), {"account": "acme"}, False, ["account:acme"]),
        (({}, {}, {}), {"Haushalt": "7"}, False, ["household:7"]),
        (({}, {}, {}), {"order": "B-1"}, False, []),
        (({}, {}, {}), {"team": "red"}, True, ["account:red"]),
        (({}, {}, {"$extra": {"groupId": "acme"}}), {}, True, ["account:acme"]),
        (({}, {}, {"groupId": 17}), {}, False, ["account:17"]),
        (({"$groups": {"company": "acme", "household": "7"}}, {}, {}), {}, False, ["account:acme", "household:7"]),
        (({"$group_key": "acme", "$group_type": "company"}, {}, {}), {}, True, ["account:acme"]),
        (({}, {}, {"$extra": {"groups": {"company": ["a", "b"]}}}), {}, False, ["account:a", "account:b"]),
        (({}, {"company.id": "acme", "company.name": "Acme GmbH"}, {}), {}, False, ["account:acme"]),
        (({}, {"household_id": "null"}, {}), {"account": "undefined"}, False, []),
    ],
)
def test_every_way_of_naming_an_account_is_understood(
    texts: Texts, keys: dict[str, str], group: bool, accounts: list[str]
) -> None:
    found = _said(texts, keys=keys, group=group)
    assert [one.account for one in found] == accounts


def test_a_group_call_says_role_traits_and_leaving() -> None:
    (one,) = _said(({"role": "Entscheiderin", "left": True}, {"name": "Acme"}, {}), keys={"group": "acme"}, group=True)
    assert one == SaidAccount("account:acme", "decider", left=True, traits={"name": '"Acme"'})
    (by_trait,) = _said(({}, {"company.id": 5, "company.name": "Acme", "account_role": "buyer"}, {}))
    assert by_trait == SaidAccount("account:5", "buyer", traits={"name": '"Acme"'})


Saying = tuple[SaidAccount, tuple[int, int, bytes], str]
_SAYINGS = st.lists(
    st.tuples(
        st.builds(
            SaidAccount,
            account=st.just("account:a"),
            role=st.sampled_from([None, "buyer", "decider"]),
            left=st.booleans(),
            traits=st.dictionaries(st.sampled_from(["name", "city"]), st.sampled_from(['"x"', '"y"']), max_size=2),
        ),
        st.tuples(st.integers(0, 5), st.integers(0, 2), st.binary(min_size=8, max_size=8)),
        st.sampled_from(["crm", "shop"]),
    ),
    min_size=1,
    max_size=6,
)


@given(_SAYINGS, st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_said_does_not_matter(
    sayings: list[tuple[SaidAccount, tuple[int, int, bytes], str]], dice: random.Random
) -> None:
    moments = [moment for _, moment, _ in sayings]
    if len(set(moments)) < len(moments):
        return
    whole = Belonging()
    for said in sayings:
        whole.take(*said)
    shuffled = list(sayings)
    dice.shuffle(shuffled)
    cut = len(shuffled) // 2
    parts = [Belonging(), Belonging()]
    for part, said in itertools.chain(((parts[0], one) for one in shuffled[:cut]), ((parts[1], one) for one in shuffled[cut:])):
        part.take(*said)
    together = Belonging()
    for part in parts:
        together.join(part)
    assert together == whole
    newest = max(sayings, key=lambda one: one[1])
    assert whole.counts is not newest[0].left or newest[0].left is False
    assert whole.role(()) in set(AccountRole)

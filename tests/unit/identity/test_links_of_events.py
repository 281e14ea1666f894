import random

from hypothesis import given
from hypothesis import strategies as st

from tanteemma.identity.links import Named, Who, pairs_of, who_is_meant

IDS = st.none() | st.sampled_from(["a", "b", "A", "a@example.de", "A@Example.de ", "null", "", "0"])
NAMED = st.builds(Named, IDS, IDS, IDS, IDS)


def persons(pairs: list[tuple[str, str]]) -> set[frozenset[str]]:
    """Who belongs together, slowly: groups are melted until nothing changes."""
    groups: list[set[str]] = []
    for pair in pairs:
        touched = [group for group in groups if not group.isdisjoint(pair)]
        groups = [group for group in groups if group not in touched] + [set(pair).union(*touched)]
    return {frozenset(group) for group in groups}


def test_cards_and_names_in_networks_have_one_spelling_and_name_their_person() -> None:
    named = Named("u", card=" 4012-3456 789 ", social=("Twitter:@Anna_K", "instagram:anna.k"))
    assert who_is_meant(named) == Who("user:u", ("card:40123456789", "social:x:anna_k", "social:instagram:anna.k"), ())
    assert who_is_meant(Named(card="0000", social=("@anna", "instagram:null"))) == Who(None, (), ())
    assert who_is_meant(Named(card="K 1")).subject == who_is_meant(Named(card="k-1")).subject == "card:k1"


def test_user_and_anonymous_id_of_one_event_are_one_person() -> None:
    assert who_is_meant(Named("u", "a")) == Who("user:u", ("anon:a",), ())


def test_a_previous_id_may_have_been_of_either_kind() -> None:
    assert who_is_meant(Named("u", previous_id="p")) == Who("user:u", ("user:p", "anon:p"), ())
    assert who_is_meant(Named("u", previous_id="P@Example.de")) == Who("user:u", ("mail:p@example.de", "anon:P@Example.de"), ())


def test_an_address_in_the_traits_is_the_same_person() -> None:
    assert who_is_meant(Named("u", email="U@Example.de")).links == ("mail:u@example.de",)
    assert who_is_meant(Named(None, "a", "U@Example.de")) == Who("anon:a", ("mail:u@example.de",), ())


def test_junk_links_nobody() -> None:
    assert who_is_meant(Named("null", "undefined", None, "0")) == Who(None, (), ("user_id", "anonymous_id", "previous_id"))
    kiosk = [who_is_meant(Named(f"u{number}", "anonymous")) for number in range(50)]
    assert all(who.links == () for who in kiosk)


def test_nobody_is_linked_with_himself() -> None:
    assert who_is_meant(Named("a@example.de", email="A@example.de")) == Who("mail:a@example.de", (), ())
    assert pairs_of("user:a", ("user:a", "anon:b")) == [("anon:b", "user:a")]


@given(st.lists(NAMED, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter_to_who_is_who(several: list[Named], chance: random.Random) -> None:
    def told(order: list[Named]) -> list[tuple[str, str]]:
        return [pair for who in map(who_is_meant, order) if who.subject for pair in pairs_of(who.subject, who.links)]

    mixed = chance.sample(several, len(several))
    assert sorted(told(several)) == sorted(told(mixed))
    assert persons(told(several)) == persons(told(mixed)) == persons(told(several + mixed))


@given(NAMED)
def test_every_key_of_an_event_is_in_canonical_form_and_stands_once(named: Named) -> None:
    who = who_is_meant(named)
    keys = [who.subject, *who.links] if who.subject else []
    assert len(keys) == len(set(keys))
    assert all(key.partition(":")[0] in {"user", "anon", "mail"} for key in keys if key)
    assert who.links == () or who.subject is not None

"""Rules about identifiers hold for what is said from then on; a person's decisions are found among thousands of others."""

from tanteemma.store.operational import Operational, people
from tanteemma.store.operational.people_rules import (
    IdentifierRules,
    identifier_rules,
    keep_identifier_rules,
    keep_source_rank,
    source_rank,
)


def _together(operational: Operational, one: str, other: str) -> bool:
    with operational.read() as tx:
        found = people.person_of(tx, [one, other])
    return found[one] == found[other]


def test_a_blocked_identifier_joins_nobody_and_what_was_said_is_kept(operational: Operational) -> None:
    with operational.begin() as tx:
        keep_identifier_rules(tx, IdentifierRules(blocked=("anon:kiosk",)))
        people.link(tx, [("anon:kiosk", "user:1"), ("anon:kiosk", "user:2"), ("anon:mine", "user:1")])
    assert not _together(operational, "user:1", "user:2")
    assert _together(operational, "anon:mine", "user:1")
    with operational.begin() as tx:
        (event,) = [one for one in people.merges(tx) if one.subjects == ("anon:kiosk",)]
        keep_identifier_rules(tx, IdentifierRules())
        people.unmerge(tx, event.number, "owner", "")
    assert _together(operational, "user:1", "user:2")


def test_limits_are_those_of_the_rules(operational: Operational) -> None:
    with operational.begin() as tx:
        keep_identifier_rules(tx, IdentifierRules(most_users={"phone": 2}, most_subjects=3))
        people.link(tx, [("phone:1", f"user:{number}") for number in range(3)])
        refused = people.link(tx, [("mail:a", "user:7"), ("mail:b", "user:7"), ("mail:c", "user:7")]).refused
    assert not _together(operational, "user:0", "user:1")
    assert len(refused) == 1


def test_rules_are_read_back_and_have_defaults(operational: Operational) -> None:
    with operational.begin() as tx:
        assert (identifier_rules(tx), source_rank(tx)) == (IdentifierRules(), ())
        keep_source_rank(tx, ["crm", "shop", "crm"])
        assert source_rank(tx) == ("crm", "shop")


def test_a_persons_decisions_are_found_among_thousands(operational: Operational) -> None:
    with operational.begin() as tx:
        first = people.merge(tx, ['user:a"ö%', "user:b"], "owner", "")
        undone = people.unmerge(tx, first.number, "owner", "")
        for number in range(1_200):
            people.merge(tx, [f"user:x{number}", f"user:y{number}"], "owner", "")
        found = people.merges_about(tx, ['user:a"ö%'])
        assert [one.number for one in found] == [undone.number, first.number]
        assert people.merges_about(tx, ["user:x"]) == []

"""What happens in the two branches: advice, purchases (with and without the customer card), exchanges."""

from typing import Final

import numpy as np

from tanteemma.ingest.sources.sample.calendar import DAY, MINUTE
from tanteemma.ingest.sources.sample.chance import choice, happens, span
from tanteemma.ingest.sources.sample.diary import Block, Said, properties
from tanteemma.ingest.sources.sample.people import IdKind
from tanteemma.ingest.sources.sample.scribe import Scribe
from tanteemma.ingest.sources.sample.words import BRANCHES, PRODUCT_GROUPS, Step

_PURCHASES_PER_NEIGHBOUR: Final = 1.5
_ADVICE: Final = 0.22
_EXCHANGE: Final = 0.03


def write_branches(scribe: Scribe) -> None:
    """Purchases over the counter. Without the card the till books them on its own internal number."""
    people, year, diary, rng = scribe.people, scribe.year, scribe.diary, scribe.rng
    neighbours = np.flatnonzero(people.near_branch)
    count = int(len(neighbours) * _PURCHASES_PER_NEIGHBOUR)
    person = neighbours[choice(people.activity[neighbours], count, rng)]
    shop = year.openings(9, 19, saturday=True)
    when = shop.within(year.draw(count, year.branch_days(rng), rng) // DAY, rng)
    known = when >= (people.first_day[person] + year.first_day) * DAY
    person, when = person[known], when[known]
    count = len(person)
    branch = people.towns[person] % len(BRANCHES)
    shows_card = people.card[person] & happens(count, 0.92, rng)
    subject = np.where(shows_card, people.subject(IdKind.USER, person), people.tills[branch])
    group = rng.integers(0, len(PRODUCT_GROUPS), count)
    cents = np.clip(34.0 * rng.lognormal(0.0, 0.6, count), 4.0, 500.0).astype(np.int64) * 100 + 95
    said = properties({"branch": Said(BRANCHES, branch), "product_group": Said(PRODUCT_GROUPS, group)})
    diary.write(Block(when, np.full(count, int(Step.BRANCH_PURCHASE)), subject, person, cents=cents, properties=said))
    advised = shows_card & happens(count, _ADVICE, rng)
    asked = Block(when - 15 * MINUTE, np.full(count, int(Step.BRANCH_ADVICE)), subject, person, properties=said)
    diary.write(asked.keep(advised))
    back = shop.next_open(when + 2 * DAY + span(count, 4 * DAY, rng), rng)
    exchange = Block(back, np.full(count, int(Step.BRANCH_EXCHANGE)), subject, person, properties=said)
    diary.write(exchange.keep(shows_card & happens(count, _EXCHANGE, rng)))

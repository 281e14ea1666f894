"""What customers answer when asked, and what they write of their own accord: in step with what happened to them."""

import json
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tanteemma.ingest.sources.sample.calendar import DAY, HOUR, Local
from tanteemma.ingest.sources.sample.chance import happens, span
from tanteemma.ingest.sources.sample.comments import Brief, compose
from tanteemma.ingest.sources.sample.contacts import DAMAGED, Contacts
from tanteemma.ingest.sources.sample.diary import NONE, Block, Codes
from tanteemma.ingest.sources.sample.losses import contradicted
from tanteemma.ingest.sources.sample.orders import NEVER, Orders, by_telephone
from tanteemma.ingest.sources.sample.people import IdKind
from tanteemma.ingest.sources.sample.phrases import Mood, Theme
from tanteemma.ingest.sources.sample.scribe import Scribe
from tanteemma.ingest.sources.sample.words import REASON_ORDER, REASON_WHERE, Step

_INVITED: Final = 0.45
_ANSWERS: Final = 0.26
_COMMENTS: Final = 0.55
_PLEASED: Final = 7.6
_CROSS: Final = 6.2
_MIDDLING: Final = 7.5
_STRONG: Final = 2.2
_GOOD_THEMES: Final = (Theme.DELIVERY, Theme.PACKAGING, Theme.PRICE, Theme.WEBSITE, Theme.WRONG_INFORMATION)
_BAD_THEMES: Final = (Theme.PRICE, Theme.WEBSITE, Theme.PACKAGING)


@dataclass(frozen=True, slots=True)
class Experience:
    """How each order (row) went for the customer: latent satisfaction around 8.5 of 10, what to praise and what to blame."""

    satisfaction: npt.NDArray[np.float64]
    praise: Codes
    blame: Codes


@dataclass(frozen=True, slots=True)
class Scale:
    """Ends of a scale, which end is good, and the metric it is for."""

    low: int
    high: int
    best: int
    metric: str


NPS: Final = Scale(0, 10, 10, "nps")
CSAT: Final = Scale(1, 6, 1, "csat")
CES: Final = Scale(1, 7, 7, "ces")
STARS: Final = Scale(1, 5, 5, "stars")


@dataclass(frozen=True, slots=True)
class _Answers:
    """Answers to be written: all columns have a row per answer; ``satisfaction`` is latent, around 0 to 10."""

    when: Local
    person: Codes
    order: Codes
    ticket: Codes
    satisfaction: npt.NDArray[np.float64]
    praise: Codes
    blame: Codes


def experience(orders: Orders, contacts: Contacts, rng: np.random.Generator) -> Experience:
    """Lateness, calls, contradictions, slow money and hard addresses weigh on customers; a quick replacement delights."""
    count = len(orders.number)
    calls, tickets = contacts.calls, contacts.tickets
    late = np.minimum(orders.late_days, 5)
    called = _per_order(orders, calls.order[calls.reason >= REASON_WHERE]) > 0
    wrong = _per_order(orders, calls.order[contradicted(calls)]) > 0
    slow = _per_order(orders, tickets.order[tickets.slow]) > 0
    quick = _per_order(orders, tickets.order[tickets.same_day]) > 0
    complained = _per_order(orders, tickets.order) > 0
    damaged = _per_order(orders, tickets.order[tickets.reason == DAMAGED]) > 0
    level = 8.75 + rng.normal(0.0, 1.25, count) - 0.85 * late - 0.7 * (called & ~by_telephone(orders)) - 2.0 * wrong
    level += np.where(quick, 1.1, np.where(slow, -3.0, np.where(complained, -1.6, 0.0))) - 0.6 * (orders.rounds > 0)
    praise = np.array(_GOOD_THEMES)[rng.integers(0, len(_GOOD_THEMES), count)]
    praise = np.where((late > 0) | wrong | damaged, int(Theme.PRICE), praise)
    praise = np.where(quick, int(Theme.STAFF), praise)
    blame = np.array(_BAD_THEMES)[rng.integers(0, len(_BAD_THEMES), count)]
    reasons = (orders.rounds > 0, late > 0, damaged, wrong, slow)
    words = (Theme.WEBSITE, Theme.DELIVERY, Theme.PACKAGING, Theme.WRONG_INFORMATION, Theme.REFUND)
    for holds, word in zip(reasons, words, strict=True):
        blame = np.where(holds, int(word), blame)
    return Experience(level, praise.astype(np.int64), blame.astype(np.int64))


def write_feedback(orders: Orders, contacts: Contacts, scribe: Scribe) -> None:
    """Invitations and answers after delivery and after complaints, marks and effort after calls, reviews, social comments."""
    felt = experience(orders, contacts, scribe.rng)
    _after_delivery(orders, felt, scribe)
    _after_complaints(contacts, felt, orders, scribe)
    _after_calls(contacts, scribe)
    _unasked(orders, felt, scribe)


def _after_delivery(orders: Orders, felt: Experience, scribe: Scribe) -> None:
    rng = scribe.rng
    done = (orders.delivered < NEVER) & happens(len(orders.number), _INVITED, rng)
    row = np.flatnonzero(done)
    invited = (orders.delivery_day[row] + 2) * DAY + 10 * HOUR + span(len(row), HOUR / 2, rng)
    answered = happens(len(row), _ANSWERS, rng)
    scribe.diary.write(
        Block(
            when=invited,
            step=np.full(len(row), int(Step.SURVEY_INVITATION)),
            subject=orders.subject[row],
            person=orders.person[row],
            order=orders.number[row],
        )
    )
    row, when = row[answered], invited[answered] + span(int(answered.sum()), 9 * HOUR, rng)
    answers = _about_orders(orders, felt, row, when)
    _write_scores(answers, Step.SURVEY_NPS, NPS, scribe)


def _after_complaints(contacts: Contacts, felt: Experience, orders: Orders, scribe: Scribe) -> None:
    tickets, rng = contacts.tickets, scribe.rng
    asked = np.flatnonzero(happens(len(tickets.number), 0.4, rng))
    row = np.searchsorted(orders.number, tickets.order[asked])
    when = tickets.ended[asked] + DAY + span(len(asked), 10 * HOUR, rng)
    person, order, ticket = tickets.person[asked], tickets.order[asked], tickets.number[asked]
    answers = _Answers(when, person, order, ticket, felt.satisfaction[row], felt.praise[row], felt.blame[row])
    _write_scores(answers, Step.SURVEY_NPS, NPS, scribe)


def _after_calls(contacts: Contacts, scribe: Scribe) -> None:
    """Marks from 1 (very good) to 6 for the call, or how easy it was (1 to 7, high is good)."""
    calls, rng = contacts.calls.keep(contacts.calls.when <= scribe.year.end), scribe.rng
    count = len(calls.when)
    trouble = np.where(contradicted(calls), 3.6, np.where(calls.reason >= REASON_WHERE, 1.4, 0.0)) * (
        calls.reason != REASON_ORDER
    )
    level = np.clip(8.4 + rng.normal(0.0, 1.7, count) - trouble, 0.0, 10.0)
    blame = np.where(contradicted(calls), int(Theme.WRONG_INFORMATION), int(Theme.QUEUE))
    praise = np.full(count, int(Theme.STAFF))
    for step, scale, mask in (
        (Step.SURVEY_SATISFACTION, CSAT, happens(count, 0.16, rng)),
        (Step.SURVEY_EFFORT, CES, happens(count, 0.08, rng)),
    ):
        some = calls.keep(mask)
        when = some.when + HOUR + span(len(some.when), 4 * HOUR, rng)
        answers = _Answers(when, some.person, some.order, some.ticket, level[mask], praise[mask], blame[mask])
        _write_scores(answers, step, scale, scribe)


def _unasked(orders: Orders, felt: Experience, scribe: Scribe) -> None:
    """Stars in public, and words on social networks; those who are angry or delighted write more often."""
    strong = np.abs(felt.satisfaction - _MIDDLING) > _STRONG
    rng, count = scribe.rng, len(strong)
    for step, chance in ((Step.REVIEW, 0.03 + 0.05 * strong), (Step.SOCIAL_COMMENT, 0.003 + 0.012 * strong)):
        row = np.flatnonzero((orders.delivered < NEVER) & happens(count, chance, rng))
        when = orders.delivered[row] + DAY + span(len(row), 4 * DAY, rng)
        answers = _about_orders(orders, felt, row, when)
        _write_scores(answers, step, STARS if step is Step.REVIEW else None, scribe)


def _write_scores(answers: _Answers, step: Step, scale: Scale | None, scribe: Scribe) -> None:
    people, rng, count = scribe.people, scribe.rng, len(answers.when)
    felt = np.clip(answers.satisfaction + rng.normal(0.0, 0.5, count), 0.0, 10.0)
    says = happens(count, _COMMENTS, rng) | (scale is None)
    mood = np.where(felt >= _PLEASED, Mood.GOOD, np.where(felt < _CROSS, Mood.BAD, Mood.MIXED)).astype(np.int64)
    theme = np.where(mood == Mood.GOOD, answers.praise, answers.blame)
    english = people.english[answers.person]
    written = compose(Brief(theme, answers.praise, mood, english), rng)
    marks = [None] * count if scale is None else _marks(felt, scale).tolist()
    said = [
        _one_answer(mark, scale, comment if speaks else None)
        for mark, comment, speaks in zip(marks, written, says.tolist(), strict=True)
    ]
    by_mail = happens(count, 0.3, rng) | people.guest[answers.person]
    subject = np.where(by_mail, people.subject(IdKind.MAIL, answers.person), people.subject(IdKind.USER, answers.person))
    scribe.diary.write(
        Block(
            when=answers.when,
            step=np.full(count, int(step)),
            subject=subject,
            person=answers.person,
            order=answers.order,
            ticket=answers.ticket,
            properties=pa.array(said, pa.string()),
        )
    )


def _marks(felt: npt.NDArray[np.float64], scale: Scale) -> Codes:
    """The point on the scale that says how somebody felt (0 to 10)."""
    width = scale.high - scale.low
    up = np.rint(felt / 10.0 * width).astype(np.int64)
    return scale.high - up if scale.best == scale.low else scale.low + up


def _one_answer(mark: int | None, scale: Scale | None, comment: str | None) -> str:
    said: dict[str, object] = {}
    if mark is not None and scale is not None:
        said["$score"] = {"value": mark, "low": scale.low, "high": scale.high, "best": scale.best, "metric": scale.metric}
    if comment:
        said["$comment"] = comment
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _per_order(orders: Orders, numbers: Codes) -> Codes:
    known = numbers[numbers != NONE]
    return np.bincount(known, minlength=int(orders.number[-1]) + 1)[orders.number]


def _about_orders(orders: Orders, felt: Experience, row: Codes, when: Local) -> _Answers:
    none = np.full(len(row), NONE)
    return _Answers(
        when, orders.person[row], orders.number[row], none, felt.satisfaction[row], felt.praise[row], felt.blame[row]
    )

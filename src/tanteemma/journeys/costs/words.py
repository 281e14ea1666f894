"""The closed choices of a cost: what is looked at, what is held alike, how sure one may sound. Loads nothing but itself."""

from enum import StrEnum


class OutcomeKind(StrEnum):
    """What is looked at after the moment.

    GOAL: does the journey reach one of the touchpoints (0 or 1; missing it costs the margin of an order). EVENTS: how many
    events on the channel or at the touchpoints (each costs a contact or a step). MONEY: the value of events there (less of it
    costs the margin). RETURN: does the person reach them in a later journey (staying away costs a customer's value). SCORE:
    the first score (share of the way from the worst to the best of its scale; has no price).
    """

    GOAL = "goal"
    EVENTS = "events"
    MONEY = "money"
    RETURN = "return"
    SCORE = "score"


class Confounder(StrEnum):
    """What can be held alike between those who were hit and the others; all of it known at the moment.

    MONTH: calendar month of the journey's start. LENGTH: events until the moment, in bands. ENTRY: first touchpoint.
    CHANNEL: channel of the first event. VALUE: last value until the moment, in bands of a factor of two.
    """

    MONTH = "month"
    LENGTH = "length"
    ENTRY = "entry"
    CHANNEL = "channel"
    VALUE = "value"


class Design(StrEnum):
    """How it came about who was hit: as life went, or by the lot (a hold-out)."""

    OBSERVED = "observed"
    HOLDOUT = "holdout"


class Claim(StrEnum):
    """How sure is it that the weak spot is the reason? Never mixed."""

    GOES_WITH = "goes_with"
    LIKELY_EFFECT = "likely_effect"
    PROVEN = "proven"


class Worth(StrEnum):
    """By which rule one unit of an outcome is worth money.

    CONTACT, STEP, CUSTOMER, MARGIN: the assumption of that name. TIME: handling time x hourly rate. ORDER: order value x
    margin. REPEAT: repeat purchases a year x margin x the discounted years of the horizon.
    """

    CONTACT = "contact"
    STEP = "step"
    TIME = "time"
    MARGIN = "margin"
    ORDER = "order"
    CUSTOMER = "customer"
    REPEAT = "repeat"

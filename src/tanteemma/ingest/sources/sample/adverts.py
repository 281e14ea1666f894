"""What the invented company counts where nobody is known: clicks on its advertisements, mails it sent, and what they cost."""

from datetime import date, timedelta
from typing import Final

import numpy as np

from tanteemma.model.daily_counts import MILLIONTHS, DayCount

#: as they are called in the rules of the company's map
SEARCH_ADS: Final = "Suchanzeigen"
NEWSLETTER: Final = "Newsletter-Versand"
FILE: Final = "anzeigen-und-newsletter.csv"
_YEAR: Final = 365
_CLICKS: Final = 640
#: people look for household goods on Sundays and Mondays, hardly on Saturdays
_BY_WEEKDAY: Final = (1.15, 1.05, 1.0, 0.95, 0.9, 0.8, 1.15)
_ADVENT: Final = (11, 12)
_RUSH: Final = 1.4
_CENTS_A_CLICK: Final = 31
_MAILS: Final = 11_500
_MAIL_DAY: Final = 3
_CENTS_A_MAILING: Final = 9_500
_CENT: Final = MILLIONTHS // 100


def sample_counts(seed: int, until: date) -> tuple[DayCount, ...]:
    """A year of days before ``until``: search advertisements daily, a newsletter on Thursdays. The same seed, the same days."""
    dice = np.random.default_rng([seed, until.toordinal()])
    found = []
    for back in range(_YEAR, 0, -1):
        day = until - timedelta(days=back)
        rush = _RUSH if day.month in _ADVENT else 1.0
        clicks = int(dice.poisson(_CLICKS * _BY_WEEKDAY[day.weekday()] * rush * dice.gamma(40, 1 / 40)))
        cents = round(clicks * _CENTS_A_CLICK * float(dice.normal(1.0, 0.06)))
        found.append(DayCount(SEARCH_ADS, day, clicks, cents * _CENT, "EUR"))
        if day.weekday() == _MAIL_DAY:
            mails = int(dice.normal(_MAILS, 180))
            found.append(DayCount(NEWSLETTER, day, mails, _CENTS_A_MAILING * _CENT, "EUR"))
    return tuple(found)

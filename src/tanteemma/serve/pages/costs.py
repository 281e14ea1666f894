"""How does a cost read? Its range as a sentence, its formula with the numbers put in, its assumptions, how sure it is."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, Literal
from urllib.parse import urlencode

from tanteemma.journeys.costs.answers import CostEstimate, CostPart, MissingAssumption, UsedAssumption
from tanteemma.journeys.costs.words import OutcomeKind, Worth
from tanteemma.model.assumptions import RULES
from tanteemma.model.money import money, rounded_money
from tanteemma.model.texts import text
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.amounts import SHARES, amount, unit_of
from tanteemma.serve.pages.numbers import LOCALES, in_full, percent, rounded, stated_percent
from tanteemma.serve.pages.views_costs import CostLine, CostView, FormulaRow, MissingLink, UsedRow

End = Literal["low", "mid", "high"]
_ENDS: Final[tuple[End, ...]] = ("low", "mid", "high")
#: outcomes that are shares of those who were hit
_SHARES: Final = frozenset({OutcomeKind.GOAL, OutcomeKind.RETURN})
_MOST_TOUCHPOINTS: Final = 3


def cost_view(estimate: CostEstimate, language: str) -> CostView:
    """A cost as pages show it."""
    return _Reading(estimate, language).view()


def cost_sentence(estimate: CostEstimate, language: str) -> str:
    """A cost in one sentence: its range and how sure it is, or what is missing.

    >>> from tanteemma.journeys.costs.words import Claim
    >>> from tanteemma.model.assumptions import AssumptionKind
    >>> missing = (MissingAssumption(AssumptionKind.CONTACT_COST, "Telefon"),)
    >>> cost_sentence(CostEstimate(affected=3, came=9, claim=Claim.GOES_WITH, missing=missing), "de")
    'Kein Betrag: Es fehlt die Annahme Kosten je Kontakt (Telefon).'
    """
    view = cost_view(estimate, language)
    if view.range is not None:
        return text("costs.sentence", language, range=view.range, claim=text(f"costs.claim.{view.claim}", language))
    if view.missing:
        names = ", ".join(one.name + (f" ({one.about})" if one.about else "") for one in view.missing)
        return text("costs.missing", language, count=len(view.missing), names=names)
    return text("costs.none", language)


class _Reading:
    """One estimate in one language."""

    def __init__(self, estimate: CostEstimate, language: str) -> None:
        self._estimate = estimate
        self._language = language
        self._locale = LOCALES[language]

    def view(self) -> CostView:
        """All of it."""
        estimate = self._estimate
        whole = self._range(estimate.low, estimate.high, estimate.currency)
        return CostView(
            claim=estimate.claim.value,
            lines=tuple(self._line(part) for part in estimate.parts),
            range=whole,
            unclear=whole is not None and (estimate.low or 0.0) <= 0,
            missing=tuple(self._missing(one) for one in estimate.missing),
            adjusted_for=tuple(self._confounder(name) for name in estimate.adjusted_for),
            sample=any(used.sample for part in estimate.parts for used in part.assumptions),
        )

    def _say(self, key: str, **params: object) -> str:
        return text(key, self._language, **params)

    def _range(self, low: float | None, high: float | None, currency: str | None) -> str | None:
        if low is None or high is None:
            return None
        code = currency or ""
        return self._say(
            "costs.range", low=rounded_money(low, code, self._language), high=rounded_money(high, code, self._language)
        )

    def _confounder(self, name: str) -> str:
        own = name.removeprefix("property.")
        return self._say("costs.adjusted.property", name=own) if own != name else self._say(f"costs.adjusted.{name}")

    def _missing(self, one: MissingAssumption) -> MissingLink:
        return MissingLink(
            kind=one.kind.value,
            name=self._say(f"assumptions.kind.{one.kind.value}"),
            about=one.about,
            href=f"{Address.ASSUMPTION.value}?{urlencode({'kind': one.kind.value, 'about': one.about})}",
        )

    def _line(self, part: CostPart) -> CostLine:
        currency = next((used.currency for used in part.assumptions if used.currency), self._estimate.currency)
        return CostLine(
            title=self._title(part),
            sentence=self._measured(part, currency),
            claim=part.claim.value,
            worth=self._worth(part) if part.mid is not None else "",
            range=self._range(part.low, part.high, currency),
            rows=tuple(self._row(part, end, currency or "") for end in _ENDS) if part.mid is not None else (),
            compared=tuple(self._compared(part, currency)),
            missing=tuple(self._missing(one) for one in part.missing),
            used=tuple(self._used(one) for one in part.assumptions),
        )

    def _title(self, part: CostPart) -> str:
        where = ", ".join(part.touchpoints[:_MOST_TOUCHPOINTS]) + ("…" if len(part.touchpoints) > _MOST_TOUCHPOINTS else "")
        what = " · ".join(name for name in (where, part.channel) if name)
        kind = f"{part.outcome.value}.counted" if part.counted else part.outcome.value
        return self._say(f"costs.title.{kind}", what=what or self._say("costs.anything"))

    def _measured(self, part: CostPart, currency: str | None) -> str:
        """What was measured, with its interval."""
        times = in_full(part.times, self._locale)
        if part.loss is None or part.loss_low is None or part.loss_high is None:
            return self._say("costs.measured.nobody", times=times)
        found = {name: self._points(part, value, currency) for name, value in _losses(part).items()}
        if part.counted:
            return self._say("costs.measured.counted", times=times, **found)
        unclear = part.loss_low <= 0 <= part.loss_high
        ending = "unclear" if unclear else "better" if part.loss_high < 0 else part.outcome.value
        return self._say(f"costs.measured.{ending}", times=times, **found)

    def _points(self, part: CostPart, loss: float, currency: str | None) -> str:
        """A difference of shares is counted in points: 12 % less often than 40 % could be 28 % or 35 %."""
        if part.outcome in _SHARES or part.outcome is OutcomeKind.SCORE:
            return self._say("costs.points", points=rounded(100 * loss, self._locale, 1))
        return self._loss(part, loss, currency)

    def _loss(self, part: CostPart, loss: float, currency: str | None) -> str:
        if part.outcome in _SHARES or part.outcome is OutcomeKind.SCORE:
            return percent(loss, self._locale) if loss >= 0 else f"−{percent(-loss, self._locale)}"
        if part.outcome is OutcomeKind.MONEY and currency:
            return money(loss, currency, self._language)
        return rounded(loss, self._locale)

    def _worth(self, part: CostPart) -> str:
        """What one unit is worth, by its rule, each assumption with its ends."""
        places = {
            f"{name}{number}": self._end(used, end)
            for number, used in enumerate(part.assumptions)
            for name, end in (("low", "low"), ("mid", "mid"), ("high", "high"))
        }
        return self._say(f"costs.worth.{part.worth}", about=part.assumptions[0].about, **places)

    def _end(self, used: UsedAssumption, end: str) -> str:
        unit = RULES[used.kind].unit
        value = float(getattr(used, end))
        if used.currency:
            return money(value, used.currency, self._language)
        if unit in SHARES:
            return stated_percent(value, self._locale)
        return amount(Decimal(str(value)), unit, self._language)

    def _row(self, part: CostPart, end: End, currency: str) -> FormulaRow:
        """One end of the range: which loss and which worth were multiplied."""
        loss = {"low": part.loss_low, "mid": part.loss, "high": part.loss_high}[end] or 0.0
        turned: dict[End, End] = {"low": "high", "mid": "mid", "high": "low"}
        own: End = end if loss >= 0 else turned[end]
        result = {"low": part.low, "mid": part.mid, "high": part.high}[end] or 0.0
        return FormulaRow(
            end=end,
            terms=(in_full(part.times, self._locale), self._loss(part, loss, currency), *self._worths(part, own, currency)),
            result=rounded_money(result, currency, self._language),
        )

    def _worths(self, part: CostPart, end: End, currency: str) -> tuple[str, ...]:
        if part.worth in {Worth.TIME, Worth.REPEAT}:
            whole = {"low": part.worth_low, "mid": part.worth_mid, "high": part.worth_high}[end] or 0.0
            return (money(whole, currency, self._language),)
        return tuple(self._end(used, end) for used in part.assumptions)

    def _compared(self, part: CostPart, currency: str | None) -> Iterator[str]:
        if part.counted or part.with_ is None or part.without is None or part.plain_loss is None:
            return
        yield self._say(
            "costs.compared.means",
            hit=in_full(part.compared_hit, self._locale),
            unhit=in_full(part.compared_unhit, self._locale),
            with_=self._loss(part, part.with_, currency),
            without=self._loss(part, part.without, currency),
        )
        yield self._say("costs.compared.plain", loss=self._points(part, part.plain_loss, currency))
        yield self._say("costs.compared.overlap", share=percent(part.overlap, self._locale))
        if part.e_value_limit is not None:
            key = "costs.compared.fragile" if part.e_value_limit <= 1 else "costs.compared.robust"
            yield self._say(key, factor=rounded(part.e_value_limit, self._locale, 1))

    def _used(self, used: UsedAssumption) -> UsedRow:
        unit = RULES[used.kind].unit
        low, mid, high = (amount(Decimal(str(getattr(used, end))), unit, self._language) for end in _ENDS)
        return UsedRow(
            kind=used.kind.value,
            name=self._say(f"assumptions.kind.{used.kind.value}"),
            about=used.about,
            low=low,
            mid=mid,
            high=high,
            unit=unit_of(unit, used.currency, self._language),
            source=used.source,
            as_of=used.as_of,
            approved_by=used.approved_by or self._say("assumptions.not_approved"),
            version=used.version,
            sample=used.sample,
            href=f"{Address.ASSUMPTION.value}?{urlencode({'kind': used.kind.value, 'about': used.about})}",
        )


def _losses(part: CostPart) -> dict[str, float]:
    return {"loss": part.loss or 0.0, "low": part.loss_low or 0.0, "high": part.loss_high or 0.0}

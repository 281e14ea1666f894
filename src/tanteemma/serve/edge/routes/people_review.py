"""The page of pairs that people decide: one person or two, later, and taking it back."""

from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from tanteemma.identity.matching.deciding import SAME, learned_threshold
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge.access import OWNER
from tanteemma.serve.edge.reading import AnyRequest, edge_of, language_for
from tanteemma.serve.edge.routes.pages import Page, notice_of, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.matching.orders import last_result, matchable, order_match, runs
from tanteemma.serve.matching.reviewing import decisions, doubt_in, subjects_in
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.reviewing import decided_row, pair_view, probability_of
from tanteemma.serve.pages.views_review import FileChoice, LastRun, ReviewView
from tanteemma.store.operational import Transaction, audit, reviews
from tanteemma.store.operational.reviews import Said

_READ: Final = {"permission": Permission.DATA_READ}
_CHANGE: Final = {"permission": Permission.DATA_WRITE}
_LAST: Final = 20
_DIGITS: Final = 12
#: reasons that stand with a merge and with its undoing; they are kept as they are, whatever language is read later
_REASON: Final = "review: same person"
_UNDONE: Final = "review: decision taken back"


@get(Address.REVIEW.value, opt=_READ)
async def review(request: AnyRequest) -> Response[str]:
    """Which two records could be one person?"""
    language = language_for(request)
    view = await edge_of(request).access.read(lambda tx: _view(tx, language))
    return await show(request, Page(template="pages/review.html", view=view, section="customers", notice=notice_of(request)))


@post(Address.REVIEW_START.value, opt=_CHANGE)
async def start(request: AnyRequest) -> Redirect:
    """Look through an imported file."""
    number = _number(str((await request.form()).get("number", "")))

    def enter(tx: Transaction) -> None:
        order_match(tx, number)
        audit.note(tx, OWNER, "matching_started", str(number))

    await edge_of(request).access.write(enter)
    return _back("matching_started")


@post("/people/review/{number:int}", opt=_CHANGE)
async def decide(request: AnyRequest, number: FromPath[int]) -> Redirect:
    """The same person, two people, or later."""
    said = str((await request.form()).get("said", ""))
    if said not in {"same", "different", "later"}:
        allowed = "same, different, later"
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="said", value=said[:40], allowed=allowed)

    def keep(tx: Transaction) -> str:
        if said == "later":
            reviews.put_off(tx, number)
            return said
        subjects = subjects_in(doubt_in(reviews.get(tx, number)))
        kept = reviews.decide(tx, number, Said(said == "same", subjects, OWNER, _REASON))
        audit.note(tx, OWNER, "pair_decided", f"{number}/{said}")
        return "merged" if kept.merge is not None else said

    return _back(f"pair_{await edge_of(request).access.write(keep)}")


@post("/people/review/{number:int}/undo", opt=_CHANGE)
async def undo(request: AnyRequest, number: FromPath[int]) -> Redirect:
    """Take a decision back, and with it the merge it made."""

    def back(tx: Transaction) -> None:
        reviews.take_back(tx, number, OWNER, _UNDONE)
        audit.note(tx, OWNER, "pair_undone", str(number))

    await edge_of(request).access.write(back)
    return _back("pair_undone")


def _view(tx: Transaction, language: str) -> ReviewView:
    known = decisions(tx)
    threshold = learned_threshold(known)
    pair = reviews.next_one(tx)
    last = last_result(tx)
    return ReviewView(
        waiting=reviews.waiting(tx),
        pair=None if pair is None else pair_view(pair),
        decided=tuple(decided_row(one) for one in reviews.decided(tx, limit=_LAST)),
        decisions=len(known),
        threshold=probability_of(threshold),
        learned=threshold != SAME,
        files=tuple(FileChoice(number=one.number, name=one.name) for one in matchable(tx)),
        running=runs(tx),
        last=None
        if last is None
        else LastRun(
            name=last.name,
            records=last.records,
            people=last.people,
            pairs=last.pairs,
            undecided=last.undecided,
            problem=None if last.code is None else Problem(ProblemCode(last.code)).sentence(language),
        ),
    )


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) <= _DIGITS else 0


def _back(done: str) -> Redirect:
    return Redirect(f"{Address.REVIEW.value}?done={done}", status_code=303)


ROUTES = (review, start, decide, undo)

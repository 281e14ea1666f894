"""Rows of an interface that answers in JSON, page by page, by dlt's client."""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from dlt.sources.helpers.rest_client.client import RESTClient
from dlt.sources.helpers.rest_client.paginators import (
    BasePaginator,
    HeaderLinkPaginator,
    JSONLinkPaginator,
    JSONResponseCursorPaginator,
    OffsetPaginator,
    PageNumberPaginator,
    SinglePagePaginator,
)
from requests.auth import HTTPBasicAuth

from tanteemma.ingest.sources.pulling.plan import RestPlan
from tanteemma.ingest.sources.pulling.task import Task
from tanteemma.ingest.sources.pulling.web import authorised, session_for
from tanteemma.ingest.sources.pulling.writing import Row, cursor_text, start_of
from tanteemma.model.problems import Problem, ProblemCode

_MOST_PAGES: Final = 100_000


def rows_of(plan: RestPlan, task: Task) -> Iterator[Row]:
    """The rows of all pages. Raises Problem, and what the client raises."""
    headers, user = authorised(plan.auth, plan.auth_name, task.secret)
    parts = urlsplit(plan.url)
    client = RESTClient(
        base_url=f"{parts.scheme}://{parts.netloc}",
        headers=headers | {"Accept": "application/json"},
        auth=HTTPBasicAuth(*user) if user else None,
        session=session_for(task.limits),
    )
    pages = client.paginate(
        plan.url,
        params=_params(plan, task),
        paginator=_paginator(plan),
        data_selector=plan.rows or None,
    )
    before: list[Any] | None = None
    for number, page in enumerate(pages):
        items = list(page)
        # a server that knows no pages answers the same for ever
        if number >= _MOST_PAGES or (items and items == before):
            raise Problem(ProblemCode.PULL_ENDLESS, status=502, value=number)
        before = items
        yield from items


def _params(plan: RestPlan, task: Task) -> dict[str, Any]:
    params: dict[str, Any] = {}
    if plan.size_param and plan.pages != "offset":
        params[plan.size_param] = plan.page_size
    start, _ = cursor_text(start_of(task.state, plan.overlap_s))
    if plan.since_param and start is not None:
        params[plan.since_param] = start
    return params


def _paginator(plan: RestPlan) -> BasePaginator | None:
    if plan.pages == "page":
        first = plan.first_page
        return PageNumberPaginator(base_page=first, page_param=plan.page_param or "page", total_path=None)
    if plan.pages == "offset":
        offset, limit = plan.page_param or "offset", plan.size_param or "limit"
        return OffsetPaginator(limit=plan.page_size, total_path=None, offset_param=offset, limit_param=limit)
    if plan.pages == "token":
        return JSONResponseCursorPaginator(cursor_path=plan.next, cursor_param=plan.page_param)
    if plan.pages == "next_url":
        return JSONLinkPaginator(next_url_path=plan.next)
    if plan.pages == "link":
        return HeaderLinkPaginator()
    return SinglePagePaginator() if plan.pages == "none" else None

"""The page that gives out the visitor snippet in each state that changes what it says."""

from datetime import UTC, datetime
from typing import Any

from tanteemma.serve.pages.views import View
from tanteemma.serve.pages.views_snippet import CONSENTS, SnippetView


def bare_snippet() -> list[View]:
    """Nothing chosen, every mode, a new key, an old one, something arrived, a refusal."""
    plain: dict[str, Any] = {"address": "https://emma.example.de", "code": "<script></script>"}
    return [
        *[SnippetView(**plain, consent=mode.value) for mode in CONSENTS],
        SnippetView(**plain, source="Website", sources=("Website",), has_key=True, new_key=True, left_out=("forms",)),
        SnippetView(**plain, source="Website", has_key=True, events=3, heard_at=datetime(2026, 11, 21, 20, 5, tzinfo=UTC)),
        SnippetView(**plain, problem="…", key="wk_1", origins=("https://www.example.de",), titles=True, fixed=True, share=10),
    ]

"""The pages of the section Customers, in the order in which they stand above each of them."""

from typing import Final

from tanteemma.serve.pages.tabs import Tab

SEGMENTS: Final = "/segments"
SEGMENT_EDIT: Final = "/segments/edit"
SEGMENT_COMPARE: Final = "/segments/compare"
SEGMENT_ONE: Final = "/segments/one"

#: A page that is added here stands above all of them; its title is the text ``tab.<name>``.
CUSTOMER_TABS: Final = (
    Tab("people", "/people"),
    Tab("accounts", "/accounts"),
    Tab("computed", "/people/computed"),
    Tab("groups", "/people/groups"),
    Tab("segments", SEGMENTS),
    Tab("overlap", "/segments/overlap"),
    Tab("compare", SEGMENT_COMPARE),
    Tab("review", "/people/review"),
    Tab("rules", "/people/rules"),
)

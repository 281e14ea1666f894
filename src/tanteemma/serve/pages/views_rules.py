"""What the page of the rules about people shows."""

from tanteemma.identity.profile.roles import Role
from tanteemma.serve.pages.views import View
from tanteemma.serve.people_rules import PeopleRules


class RulesView(View, frozen=True, kw_only=True):
    """The rules in force, and what is wrong with those that were typed."""

    tab: str = "rules"
    rules: PeopleRules
    choices: tuple[str, ...] = tuple(role.value for role in Role)
    problem: str = ""

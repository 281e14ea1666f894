"""Any rule, for tests."""

from hypothesis import strategies as st

from tanteemma.model.condition_tokens import Compare
from tanteemma.workshop.binding import Every, Named, Not, Rule, Says, Some, Through

_NAMES = st.lists(st.sampled_from(("anruf", "besuch", "kauf", "paket", "es ist 'so'")), min_size=1, max_size=3, unique=True)
_CHANNELS = st.lists(st.sampled_from(("web", "telefon", "fax")), min_size=1, max_size=2, unique=True)
_TEAMS = st.lists(st.sampled_from(("nord", "sued", "west")), min_size=1, max_size=2, unique=True).map(tuple)
_LEAFS: st.SearchStrategy[Rule] = st.one_of(
    st.builds(Named, _NAMES.map(tuple), st.booleans()),
    st.one_of(st.just(Through()), st.builds(Through, _CHANNELS.map(tuple), st.booleans())),
    st.builds(
        Says, st.just("property.team"), st.sampled_from((Compare.EQUAL, Compare.OTHER)), st.one_of(st.just(()), _TEAMS)
    ).map(lambda atom: atom if atom.values else Says(atom.fact)),
    st.builds(Says, st.just("score"), st.sampled_from(Compare), st.integers(0, 10).map(lambda one: (float(one),))),
)
RULES: st.SearchStrategy[Rule] = st.recursive(
    _LEAFS,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(Every, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Some, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)

"""All operational tables together, as the migrations lead to them."""

from typing import Final

import sqlalchemy as sa

METADATA: Final = sa.MetaData()

"""One number decides all chance of a run; it is printed at its start, and EMMA_FAULT_SEED repeats it."""

import os
import random
from typing import Final

SEED: Final = int(os.environ.get("EMMA_FAULT_SEED") or random.randrange(1 << 32))

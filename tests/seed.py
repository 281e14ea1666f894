"""One number decides all chance of a run; it is printed at its start, and EMMA_FAULT_SEED repeats it."""

import os
import random
from typing import Final

SEED: Final = int(os.environ.get("EMMA_FAULT_SEED") or random.randrange(1 << 32))
os.environ["EMMA_FAULT_SEED"] = str(SEED)  # the same number for those who test side by side

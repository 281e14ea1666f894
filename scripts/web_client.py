"""Copy the scripts of the visitor snippet into the npm package; a test of the house holds that they are the same.

``python scripts/web_client.py`` copies.
"""

import shutil
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
PACKAGE: Final = ROOT / "clients" / "web"
SCRIPTS: Final = ROOT / "src" / "tanteemma" / "serve" / "snippet"
#: file in the package, and what it is a copy of
COPIES: Final = {
    "emma.js": SCRIPTS / "emma.js",
    "emma-more.js": SCRIPTS / "emma-more.js",
    "LICENSE": ROOT / "LICENSE",
}


def main() -> int:
    """Copy every file."""
    for name, original in COPIES.items():
        shutil.copyfile(original, PACKAGE / name)
        print(PACKAGE / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())

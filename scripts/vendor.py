"""Fetch the vendored browser files again: run by hand when a version in ``vendor.toml`` was changed, never in a build.

``python scripts/vendor.py`` packs each npm package of ``src/tanteemma/serve/static/vendor/vendor.toml`` in a scratch folder,
copies the named files, builds the icon sprite and writes the new SHA-256 of each file back into the same list.
"""

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Final

VENDOR: Final = Path(__file__).parents[1] / "src/tanteemma/serve/static/vendor"
LIST: Final = VENDOR / "vendor.toml"
SPRITE_HEAD: Final = '<svg xmlns="http://www.w3.org/2000/svg">\n<!-- Lucide, ISC licence, see lucide.LICENSE -->\n'


def fetch(package: str, version: str, folder: Path) -> tarfile.TarFile:
    """The package of that version, as an opened archive."""
    command = ["npm", "pack", "--silent", f"{package}@{version}"]
    name = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.split()[-1]
    return tarfile.open(folder / name)


def read(archive: tarfile.TarFile, path: str) -> bytes:
    """One file of the archive."""
    found = archive.extractfile(f"package/{path}")
    if found is None:
        raise FileNotFoundError(path)
    return found.read()


def sprite(archive: tarfile.TarFile, icons: list[str]) -> bytes:
    """The icons as symbols of one SVG file, so that one request fetches them all."""
    parts = []
    for icon in icons:
        drawing = read(archive, f"icons/{icon}.svg").decode()
        inner = re.sub(r"\s+", " ", re.sub(r"<!--.*?-->|</?svg[^>]*>", "", drawing, flags=re.DOTALL)).strip()
        parts.append(f'<symbol id="{icon}" viewBox="0 0 24 24">{inner}</symbol>\n')
    return (SPRITE_HEAD + "".join(parts) + "</svg>\n").encode()


def main() -> None:
    """Fetch everything, then bring the hashes in the list up to date."""
    written = LIST.read_text()
    with tempfile.TemporaryDirectory() as scratch:
        for package in tomllib.loads(written)["package"]:
            archive = fetch(package["name"], package["version"], Path(scratch))
            for file in package["files"]:
                icons = package.get("icons") if file["from"] == "icons" else None
                content = sprite(archive, icons) if icons else read(archive, file["from"])
                (VENDOR / file["name"]).write_bytes(content)
                digest = hashlib.sha256(content).hexdigest()
                entry = re.compile(rf'(name = "{re.escape(file["name"])}".*?sha256 = )"[0-9a-f]*"')
                written = entry.sub(rf'\g<1>"{digest}"', written)
                sys.stdout.write(f"{file['name']} {len(content)} bytes\n")
    LIST.write_text(written)


if __name__ == "__main__":
    main()

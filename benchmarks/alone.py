"""One section of the measure on the command line, by itself."""

import argparse
from collections.abc import Callable

from benchmarks.table import Section
from tanteemma.journeys.warm import warm


def measured_alone(section: Callable[[int, int], Section], description: str | None) -> None:
    """Measure a section that takes people and rounds, and print it."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    warm()
    print(section(asked.people, asked.rounds).text())

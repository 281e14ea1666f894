"""German person records with typing errors, households, moves and marriages, and the truth about them.

Seeded: always the same.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

_SHORTEST: Final = 2
_DATE_PARTS: Final = 3
_MONTHS: Final = 12


def words_in(text: str) -> list[str]:
    """The words of a text, of which names are made."""
    return text.split()


def happens(chance: random.Random, share: float) -> bool:
    """Does it happen this time? In so many cases of all (0 to 1)."""
    return chance.random() < share


HEAD: Final = ("Nr", "Vorname", "Nachname", "Geburtsdatum", "Straße", "Hausnr.", "PLZ", "Ort", "Telefon", "E-Mail")
_GIVEN: Final = words_in("""
Peter Michael Thomas Andreas Wolfgang Klaus Jürgen Günter Stefan Christian Uwe Werner Horst Frank Dieter Manfred Gerhard Hans
Bernd
Thorsten Mathias Helmut Walter Heinz Martin Jörg Rolf Jens Sven Alexander Jan Rainer Holger Karl Dirk Joachim Ralf Carsten
Herbert
Oliver Wilhelm Kurt Markus Heinrich Harald Paul Hermann Ulrich Lukas Leon Finn Jonas Elias Noah Ben Felix Maximilian Emil Anton
Mehmet
Ali Mustafa Giovanni Piotr Maria Ursula Monika Petra Elisabeth Sabine Renate Helga Karin Brigitte Ingrid Erika Andrea Gisela
Claudia
Susanne Gabriele Christa Christine Hildegard Anna Birgit Barbara Gertrud Heike Marianne Elke Martina Angelika Irmgard Inge Ute
Elfriede
Doris Marion Ruth Ulrike Hannelore Jutta Gerda Kerstin Ilse Anneliese Margarete Ingeborg Anja Edith Sandra Waltraud Beate Rita
Katrin
Käthe Nicole Regina Eva Rosemarie Erna Sonja Silvia Mia Emma Hannah Sofia Lina Emilia Marie Lea Leonie Clara Ella Fatma Ayşe
Agnieszka
""")
_FAMILY: Final = words_in("""
Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder
Neumann
Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Schmitz Krause Meier Lehmann Schmid Schulze Maier Köhler
Herrmann
König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn Schubert Vogel Friedrich Keller Günther Frank
Berger
Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon Ludwig Böhm Winter Kraus Martin Schumacher Krämer Vogt Stein
Jäger Otto
Sommer Groß Seidel Heinrich Brandt Haas Schreiber Graf Schulte Dietrich Ziegler Kuhn Kühn Pohl Engel Horn Busch Bergmann Thomas
Voigt
Sauer Arnold Wolff Pfeiffer Yildiz Kaya Demir Nowak Kowalski Ivanov Nguyen Rossi Öztürk Çelik Strauß Großmann Preuß Lüdtke
Bürger
""")
_STARTS: Final = words_in("""
Ober Unter Nieder Stein Berg Wald Eich Linden Rosen Hol Kreuz Neu Alt Brück Mühl Gold Silber Hein Diet Sieg
""")
_ENDS: Final = words_in("""
mann meier bauer hofer berger huber müller bach brink feld kamp hausen horst stätter reiter schmidt baum hardt wald er
""")
_TOWNS: Final = (
    ("Berlin", "10"), ("Berlin", "13"), ("Hamburg", "20"), ("Hamburg", "22"), ("München", "80"), ("Köln", "50"),
    ("Frankfurt am Main", "60"), ("Stuttgart", "70"), ("Düsseldorf", "40"), ("Leipzig", "04"), ("Dresden", "01"),
    ("Dortmund", "44"), ("Essen", "45"), ("Bremen", "28"), ("Hannover", "30"), ("Nürnberg", "90"), ("Duisburg", "47"),
    ("Münster", "48"), ("Würzburg", "97"), ("Göttingen", "37"), ("Lübeck", "23"), ("Fürth", "90"), ("Tübingen", "72"),
    ("Jena", "07"), ("Görlitz", "02"),
)  # fmt: skip
_STREETS: Final = words_in("""
Hauptstraße Schulstraße Gartenstraße Bahnhofstraße Dorfstraße Bergstraße Birkenweg Lindenstraße Kirchstraße Waldstraße
Ringstraße
Amselweg Wiesenweg Jahnstraße Feldstraße Goethestraße Schillerstraße Mühlenweg Rosenweg Mozartstraße Friedhofstraße Talstraße
Blumenstraße Industriestraße Buchenweg Mühlstraße Poststraße Kirchplatz Marktplatz Königsallee Lessingstraße Beethovenstraße
""")
_SHORT: Final = {
    "Michael": "Michi", "Thomas": "Tom", "Andreas": "Andi", "Klaus": "Claus", "Günter": "Günther", "Stefan": "Stephan",
    "Hans": "Johannes", "Alexander": "Alex", "Wilhelm": "Willi", "Heinrich": "Heinz", "Maximilian": "Max",
    "Elisabeth": "Lisa", "Susanne": "Susi", "Gabriele": "Gabi", "Christine": "Tina", "Katrin": "Kathrin",
    "Ursula": "Uschi", "Mathias": "Matthias", "Hannah": "Hanna", "Sofia": "Sophia", "Käthe": "Katharina",
    "Joachim": "Achim", "Christian": "Chris", "Margarete": "Grete",
}  # fmt: skip
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_HOSTS: Final = ("gmx.de", "web.de", "gmail.com", "t-online.de", "outlook.de", "posteo.de")


class _Chance(random.Random):
    """Seeded chance that gives no mailbox twice."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.taken: set[str] = set()


@dataclass(frozen=True, slots=True)
class Person:
    """What is true of somebody now."""

    given: str
    family: str
    birth: tuple[int, int, int]
    street: str
    house: int
    postcode: str
    town: str
    phone: str
    mail: str

    def cells(self) -> list[str]:
        """As a careful typist writes it."""
        year, month, day = self.birth
        written = f"{day:02}.{month:02}.{year}"
        return [self.given, self.family, written, self.street, str(self.house), self.postcode, self.town, self.phone, self.mail]


def records(people: int, seed: int = 1, dirt: float = 1.0) -> tuple[list[list[str]], list[int]]:
    """(rows under ``HEAD``, number of the person of each row). ``dirt``: 1 = about two changes in each repeated record."""
    chance = _Chance(seed)
    rows: list[list[str]] = []
    truth: list[int] = []
    for number, person in enumerate(_people(people, chance)):
        rows.append(person.cells())
        truth.append(number)
        for _ in range(chance.choices((0, 1, 2, 3), (55, 30, 10, 5))[0]):
            rows.append(_dirty(_later(person, chance).cells(), chance, dirt))
            truth.append(number)
    order = list(range(len(rows)))
    chance.shuffle(order)
    return [[str(place), *rows[one]] for place, one in enumerate(order)], [truth[one] for one in order]


def _people(count: int, chance: _Chance) -> list[Person]:
    found: list[Person] = []
    while len(found) < count:
        first = _person(chance)
        found.append(first)
        found += [_relative(first, chance) for _ in range(chance.choices((0, 1, 2, 3), (60, 20, 12, 8))[0])]
    return found[:count]


def _family(chance: _Chance) -> str:
    if happens(chance, 0.45):  # the share of frequent names
        return _FAMILY[min(int(chance.expovariate(1 / 30)), len(_FAMILY) - 1)]
    return chance.choice(_STARTS) + chance.choice(_ENDS)


def _birth(chance: _Chance, first: int = 1930, last: int = 2007) -> tuple[int, int, int]:
    return chance.randint(first, last), chance.randint(1, 12), chance.randint(1, 28)


def _mail(given: str, family: str, chance: _Chance) -> str:
    if happens(chance, 0.25):  # who says none
        return ""
    plain = f"{given}{chance.choice(('.', '_', ''))}{family}".lower()
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        plain = plain.replace(umlaut, letters)
    mail = f"{plain}{chance.choice(('', '', str(chance.randint(1, 99))))}@{chance.choice(_HOSTS)}"
    while mail in chance.taken:
        mail = f"{plain}{chance.randint(1, 9999)}@{chance.choice(_HOSTS)}"
    chance.taken.add(mail)
    return mail


def _mobile(chance: _Chance) -> str:
    if happens(chance, 0.2):  # who says none
        return ""
    return f"0{chance.choice((151, 160, 170, 171, 172, 176, 179))} {chance.randint(1_000_000, 9_999_999)}"


def _street(chance: _Chance) -> str:
    if happens(chance, 0.5):  # every other street has one of the frequent names
        return chance.choice(_STREETS)
    return chance.choice(_STARTS) + chance.choice(_ENDS) + "straße"


def _person(chance: _Chance) -> Person:
    given, family = chance.choice(_GIVEN), _family(chance)
    town, start = chance.choice(_TOWNS)
    return Person(
        given,
        family,
        _birth(chance),
        _street(chance),
        chance.randint(1, 120),
        f"{start}{chance.randint(100, 199)}",
        town,
        _mobile(chance),
        _mail(given, family, chance),
    )


def _relative(first: Person, chance: _Chance) -> Person:
    """Somebody of the same household: a partner, a child (now and then of the parent's name), a twin.

    Often with the same telephone.
    """
    given = first.given if happens(chance, 0.02) else chance.choice(_GIVEN)  # junior
    year = first.birth[0]
    is_twin = happens(chance, 0.05) and given != first.given  # the share of twins
    birth = first.birth if is_twin else _birth(chance, max(1930, year - 8), min(2012, year + 35))
    phone = first.phone if happens(chance, 0.4) else _mobile(chance)  # the telephone of the house
    return replace(first, given=given, birth=birth, phone=phone, mail=_mail(given, first.family, chance))


def _later(person: Person, chance: _Chance) -> Person:
    """The same person some time later: moved, married, another address."""
    found = person
    if happens(chance, 0.12):  # they moved
        other = _person(chance)
        found = replace(found, street=other.street, house=other.house, postcode=other.postcode, town=other.town)
    if happens(chance, 0.02):  # they married
        found = replace(found, family=_family(chance))
    if happens(chance, 0.2):  # another mailbox
        found = replace(found, mail=_mail(found.given, found.family, chance))
    if happens(chance, 0.2):  # another telephone
        found = replace(found, phone=_mobile(chance))
    return found


def _dirty(cells: list[str], chance: _Chance, dirt: float) -> list[str]:
    """What becomes of it at a counter, on the telephone, in a spreadsheet."""
    found = list(cells)
    for change, often in _CHANGES:
        if chance.random() < often * dirt:
            change(found, chance)
    return found


def _typo(place: int) -> Callable[[list[str], _Chance], None]:
    def change(cells: list[str], chance: _Chance) -> None:
        text = cells[place]
        if len(text) < _SHORTEST:  # nothing to mistype
            return
        at = chance.randrange(len(text))
        new = chance.choice("0123456789" if text[at].isdigit() else _LETTERS)
        kinds = (text[:at] + text[at + 1 :], text[:at] + new + text[at:], text[:at] + new + text[at + 1 :], _crossed(text, at))
        cells[place] = chance.choice(kinds)

    return change


def _crossed(text: str, at: int) -> str:
    at = min(at, len(text) - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _missing(place: int) -> Callable[[list[str], _Chance], None]:
    def change(cells: list[str], _: _Chance) -> None:
        cells[place] = ""

    return change


def _spelled(cells: list[str], chance: _Chance) -> None:
    pairs = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ö", "Oe"), ("ß", "ss"))
    if happens(chance, 0.3):  # dots left out
        pairs = (("ä", "a"), ("ö", "o"), ("ü", "u"), ("Ö", "O"), ("ß", "ss"))
    for place in (0, 1, 3, 6):
        for umlaut, letters in pairs:
            cells[place] = cells[place].replace(umlaut, letters)


def _short_street(cells: list[str], chance: _Chance) -> None:
    cells[3] = cells[3].replace("straße", chance.choice(("str.", "str", "strasse", "-Straße", " Str.")))


def _swapped_names(cells: list[str], _: _Chance) -> None:
    cells[0], cells[1] = cells[1], cells[0]


def _swapped_day(cells: list[str], _: _Chance) -> None:
    parts = cells[2].split(".")
    if len(parts) == _DATE_PARTS and parts[0].isdigit() and int(parts[0]) <= _MONTHS:  # day, month, year; months
        cells[2] = f"{parts[1]}.{parts[0]}.{parts[2]}"


def _short_name(cells: list[str], _: _Chance) -> None:
    cells[0] = _SHORT.get(cells[0], cells[0])


def _titled(cells: list[str], chance: _Chance) -> None:
    cells[0] = f"{chance.choice(('Dr.', 'Prof. Dr.', 'Frau', 'Herr'))} {cells[0]}"


def _double_name(cells: list[str], chance: _Chance) -> None:
    cells[1] = f"{cells[1]}-{_family(chance)}"


def _middle_name(cells: list[str], chance: _Chance) -> None:
    cells[0] = f"{cells[0]} {chance.choice(_GIVEN)}"


def _lost_zero(cells: list[str], _: _Chance) -> None:
    cells[5] = cells[5].lstrip("0")


def _shouted(cells: list[str], _: _Chance) -> None:
    cells[0], cells[1], cells[6] = cells[0].upper(), cells[1].upper(), cells[6].upper()


def _phone_form(cells: list[str], chance: _Chance) -> None:
    if cells[7]:
        start, gap = chance.choice(("+49 (0)", "0049-", "+49")), chance.choice(("", "/", "-", " "))
        cells[7] = start + cells[7].lstrip("0").replace(" ", gap)


_CHANGES: Final = (
    (_typo(0), 0.10), (_typo(1), 0.12), (_typo(2), 0.06), (_typo(3), 0.10), (_typo(4), 0.04), (_typo(5), 0.05),
    (_typo(6), 0.06),
    (_typo(7), 0.04), (_typo(8), 0.05), (_missing(0), 0.02), (_missing(1), 0.01), (_missing(2), 0.12), (_missing(3), 0.08),
    (_missing(5), 0.05), (_missing(6), 0.05), (_missing(7), 0.25), (_missing(8), 0.25), (_spelled, 0.30), (_short_street, 0.40),
    (_short_name, 0.10), (_titled, 0.06), (_double_name, 0.02), (_middle_name, 0.03), (_lost_zero, 0.30), (_shouted, 0.08),
    (_phone_form, 0.50), (_swapped_day, 0.02), (_swapped_names, 0.02),
)  # fmt: skip

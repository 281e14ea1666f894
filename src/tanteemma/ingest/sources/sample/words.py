"""What the invented company calls things: touchpoints, channels, product groups, carriers, names of people and towns."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

COMPANY: Final = "Hausrat Lindner"
SOURCE: Final = "sample"
ORIGIN: Final = "sample"


class Step(IntEnum):
    """Every touchpoint of the sample company, as a code; its words stand in ``TOUCHPOINTS`` at the same place."""

    HOME = 0
    CATEGORY = 1
    SEARCH = 2
    PRODUCT = 3
    BASKET = 4
    CHECKOUT = 5
    LOGIN = 6
    PASSWORD_RESET = 7
    ADDRESS = 8
    ADDRESS_ERROR = 9
    PAYMENT = 10
    TRACKING = 11
    HELP_PAGE = 12
    REGISTRATION = 13
    ORDER = 14
    ADDRESS_CHECK = 15
    CANCELLATION = 16
    REFUND = 17
    REPLACEMENT = 18
    REJECTION = 19
    CLAIM_CHECK = 20
    CONFIRMATION = 21
    ADDRESS_QUESTION = 22
    DISPATCH_NOTE = 23
    NEWSLETTER_CLICK = 24
    SURVEY_INVITATION = 25
    CLAIM_BY_MAIL = 26
    DELAY_NOTE = 27
    DELIVERY_ATTEMPT = 28
    DELIVERY = 29
    RETURN_PARCEL = 30
    CALL = 31
    CALL_BACK = 32
    CLAIM_BY_PHONE = 33
    BRANCH_ADVICE = 34
    BRANCH_PURCHASE = 35
    BRANCH_EXCHANGE = 36
    CLAIM_IN_BRANCH = 37
    SURVEY_NPS = 38
    SURVEY_SATISFACTION = 39
    SURVEY_EFFORT = 40
    REVIEW = 41
    SOCIAL_COMMENT = 42


@dataclass(frozen=True, slots=True)
class TouchpointWords:
    """Name and channel of a touchpoint and the purpose its events are kept for."""

    name: str
    channel: str
    purpose: str


def _words(channel: str, purpose: str, *names: str) -> tuple[TouchpointWords, ...]:
    return tuple(TouchpointWords(name, channel, purpose) for name in names)


TOUCHPOINTS: Final[tuple[TouchpointWords, ...]] = (
    *_words("web", "analytics", "Startseite", "Kategorieseite", "Suche", "Produktseite", "Warenkorb", "Kasse", "Anmeldung"),
    *_words("web", "analytics", "Passwort zurücksetzen", "Adresseingabe", "Adressfehler", "Zahlung", "Sendungsverfolgung"),
    *_words("web", "analytics", "Hilfeseite"),
    *_words("web", "order_fulfilment", "Registrierung"),
    *_words("shop", "order_fulfilment", "Bestellung", "Adressprüfung manuell", "Stornierung", "Erstattung", "Ersatzlieferung"),
    *_words("shop", "customer_service", "Ablehnung", "Reklamationsprüfung"),
    *_words("mail", "order_fulfilment", "Bestellbestätigung", "Adressrückfrage", "Versandmeldung"),
    *_words("mail", "marketing_email", "Newsletter-Klick"),
    *_words("mail", "survey_email", "Umfrageeinladung"),
    *_words("mail", "customer_service", "Reklamation"),
    *_words("parcel", "order_fulfilment", "Lieferverzögerung", "Zustellversuch", "Zustellung", "Rücksendung"),
    *_words("call_centre", "customer_service", "Anruf", "Rückruf", "Reklamation"),
    *_words("branch", "order_fulfilment", "Filialberatung", "Filialkauf", "Filialumtausch", "Reklamation"),
    *_words("survey", "survey_email", "Umfrage NPS", "Umfrage Zufriedenheit", "Umfrage Aufwand"),
    *_words("social", "analytics", "Bewertung", "Social-Media-Kommentar"),
)

DEVICES: Final = ("mobile", "desktop", "tablet")
MOBILE: Final = 0
DESKTOP: Final = 1
TABLET: Final = 2

PRODUCT_GROUPS: Final = (
    "Pfannen und Töpfe",
    "Küchengeräte",
    "Messer",
    "Geschirr",
    "Gläser",
    "Aufbewahrung",
    "Bettwäsche",
    "Reinigung",
    "Kleinmöbel",
)
KITCHEN_APPLIANCES: Final = 1

PAYMENT_METHODS: Final = ("Rechnung", "Lastschrift", "Kreditkarte", "Klarpay", "Vorkasse")
PAYMENT_SHARES: Final = (0.38, 0.17, 0.16, 0.24, 0.05)
KLARPAY: Final = 3

CARRIERS: Final = ("Gelbfalke", "Nordbote", "Paketwiesel")
CARRIER_SHARES: Final = (0.46, 0.29, 0.25)
NORDBOTE: Final = 1
PAKETWIESEL: Final = 2

TEAMS: Final = ("Team Nord", "Team Süd", "Team Abend", "Team Extern")
BRANCHES: Final = ("Filiale Hannover", "Filiale Kassel")
CALL_REASONS: Final = (
    "Produktfrage",
    "Rechnung",
    "Adressänderung",
    "Wo ist mein Paket?",
    "Paket nicht erhalten",
    "Wo bleibt meine Erstattung?",
    "Bestellung",
    "Passwort",
)
REASON_PRODUCT: Final = 0
REASON_WHERE: Final = 3
REASON_NOT_RECEIVED: Final = 4
REASON_REFUND: Final = 5
REASON_ORDER: Final = 6
ORDER_STATES: Final = ("bestellt", "unterwegs", "zugestellt", "storniert")
ON_ITS_WAY: Final = 1
DELIVERED: Final = 2
CLAIM_REASONS: Final = ("beschädigt", "falscher Artikel", "nicht angekommen", "Qualität")
CANCEL_REASONS: Final = ("Kundenwunsch", "nicht lieferbar")

_FIRST_NAMES: Final = """
Anna Lena Marie Sophie Laura Julia Sarah Katharina Lisa Johanna Sabine Petra Monika Ursula Renate Ingrid Birgit Heike
Claudia Susanne Andrea Martina Gisela Brigitte Elif Olga Agnieszka Thomas Michael Andreas Stefan Christian Markus
Daniel Peter Klaus Jürgen Wolfgang Hans Uwe Frank Jens Torsten Lukas Felix Paul Jonas Finn Leon Maximilian Tim Jan
Björn Mehmet Piotr Dimitri Günther Werner Horst
"""
FIRST_NAMES: Final = tuple(_FIRST_NAMES.split())
_ENGLISH_FIRST_NAMES: Final = """
Emily Grace Olivia Hannah Priya Aoife James Oliver William Jack Noah Sanjay Liam Harry
"""
ENGLISH_FIRST_NAMES: Final = tuple(_ENGLISH_FIRST_NAMES.split())
_LAST_NAMES: Final = """
Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf
Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Krause Meier Lehmann Schmid
Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn Schubert
Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon Ludwig
Böhm Winter Kraus Martin Schumacher Krämer Vogt Stein Jäger Otto Sommer Groß Seidel Heinrich Brandt Haas Schreiber
Graf Schulte Dietrich Ziegler Kuhn Kühn Pohl Engel Horn Busch Bergmann Thomas Voigt Sauer Arnold Wolff Pfeiffer
Yildirim Kaya Nowak Kowalski Petrov Ivanova
"""
LAST_NAMES: Final = tuple(_LAST_NAMES.split())
_ENGLISH_LAST_NAMES: Final = """
Smith Taylor Brown Walker Evans Wright Patel Murphy Kelly Clarke Hughes Turner
"""
ENGLISH_LAST_NAMES: Final = tuple(_ENGLISH_LAST_NAMES.split())
TOWNS: Final = (
    ("30159", "Hannover"),
    ("34117", "Kassel"),
    ("20095", "Hamburg"),
    ("10115", "Berlin"),
    ("50667", "Köln"),
    ("80331", "München"),
    ("04109", "Leipzig"),
    ("37073", "Göttingen"),
    ("28195", "Bremen"),
    ("70173", "Stuttgart"),
    ("60311", "Frankfurt am Main"),
    ("99084", "Erfurt"),
)
MAIL_HOSTS: Final = ("example.org", "example.com", "example.net", "post.example", "mail.example")

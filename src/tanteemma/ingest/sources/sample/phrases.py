"""Sentences the sample company's customers write, by language, theme and mood. Invented; no real customer wrote them."""

from enum import IntEnum
from typing import Final


class Theme(IntEnum):
    """What a comment is about."""

    DELIVERY = 0
    PACKAGING = 1
    PRICE = 2
    STAFF = 3
    WEBSITE = 4
    QUEUE = 5
    WRONG_INFORMATION = 6
    REFUND = 7


class Mood(IntEnum):
    """How a comment sounds."""

    BAD = 0
    MIXED = 1
    GOOD = 2


#: [language][theme] = (bad, good); mixed comments take one of each
CORES: Final[dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]] = {
    "de": (
        (
            (
                "Die Lieferung kam viel zu spät",
                "das Paket war Tage nach dem zugesagten Termin da",
                "zugesagter Liefertermin nicht eingehalten",
                "musste ewig auf mein Paket warten",
                "in der Sendungsverfolgung hat sich tagelang nichts getan",
                "der Paketbote hat nicht einmal geklingelt",
            ),
            (
                "Die Lieferung war superschnell",
                "das Paket kam einen Tag früher als versprochen",
                "pünktlich geliefert",
                "der Bote war sehr nett und hat es bis an die Tür gebracht",
                "die Lieferung hat einwandfrei geklappt",
                "bestellt und zwei Tage später da",
            ),
        ),
        (
            (
                "Die Verpackung war völlig zerdrückt",
                "ein Teller kam zerbrochen an",
                "viel zu viel Plastik in der Verpackung",
                "der Topf lag lose im Karton und hat eine Delle",
                "der Karton war offen und notdürftig zugeklebt",
                "riesiger Karton für ein einziges kleines Messer",
            ),
            (
                "Alles war bestens verpackt",
                "Gläser sind heil angekommen, top verpackt",
                "schön, dass ohne Plastik verpackt wird",
                "sehr sorgfältig eingepackt",
                "die Verpackung war stabil und leicht zu öffnen",
                "sogar eine nette Karte lag im Paket",
            ),
        ),
        (
            (
                "Für die Qualität ist der Preis zu hoch",
                "die Versandkosten sind unverschämt",
                "anderswo kostet die Pfanne zehn Euro weniger",
                "der Rabattcode hat nicht funktioniert",
                "der Preis ist schon wieder gestiegen",
                "zu teuer geworden",
            ),
            (
                "Preis und Leistung stimmen",
                "gute Angebote, gerade vor Weihnachten",
                "fairer Preis für ein ordentliches Messer",
                "günstiger als im Kaufhaus",
                "der Rabatt hat mich gefreut",
                "für das Geld kann man nichts sagen",
            ),
        ),
        (
            (
                "Der Mitarbeiter war unfreundlich und kurz angebunden",
                "am Telefon fühlte ich mich abgewimmelt",
                "keiner fühlt sich zuständig",
                "ich wurde dreimal weiterverbunden",
                "die Dame hat mich nicht ausreden lassen",
                "niemand hat sich entschuldigt",
            ),
            (
                "Sehr freundliche Beratung am Telefon",
                "die Mitarbeiterin hat sich wirklich gekümmert",
                "der Herr in der Filiale wusste genau, welche Pfanne zu meinem Herd passt",
                "sofort Ersatz bekommen, ohne Diskussion",
                "so kompetent wird man selten beraten",
                "der Kundendienst hat noch am selben Tag geholfen",
            ),
        ),
        (
            (
                "Die Webseite hat meine Adresse immer wieder abgelehnt",
                "an der Kasse bin ich dreimal gescheitert",
                "die Zahlung am Handy hat nicht funktioniert",
                "die Suche findet nichts",
                "ständig muss ich mein Passwort zurücksetzen",
                "meine Hausnummer mit Buchstabe nimmt das Formular nicht an",
            ),
            (
                "Die Seite ist übersichtlich",
                "bestellen geht ganz einfach",
                "im Shop findet man sich sofort zurecht",
                "gute Bilder und ehrliche Beschreibungen",
                "in fünf Minuten war alles bestellt",
                "die Filter im Shop sind praktisch",
            ),
        ),
        (
            (
                "Ich hing eine Viertelstunde in der Warteschleife",
                "montags kommt man telefonisch gar nicht durch",
                "nach zwölf Minuten Warten flog ich aus der Leitung",
                "diese Warteschleifenmusik verfolgt mich",
                "dreimal angerufen, dreimal gewartet",
                "der versprochene Rückruf kam nie",
            ),
            (
                "Sofort jemanden am Telefon gehabt",
                "keine Wartezeit an der Hotline",
                "der Rückruf kam nach einer Stunde, wie versprochen",
                "telefonisch gut erreichbar",
                "nach zwei Minuten war alles geklärt",
                "man kommt schnell durch",
            ),
        ),
        (
            (
                "Laut Paketdienst zugestellt, laut Hotline noch unterwegs, was stimmt denn nun",
                "jeder am Telefon sagt etwas anderes",
                "angeblich zugestellt, bei mir kam aber nichts an",
                "in der Mail stand Dienstag, am Telefon hieß es Freitag",
                "die Auskunft der Hotline war schlicht falsch",
                "ich bekam zwei verschiedene Liefertermine genannt",
            ),
            (
                "Immer gut informiert worden",
                "die Auskunft am Telefon war richtig und klar",
                "über jeden Schritt gab es eine Mail",
                "man weiß immer, wo das Paket ist",
                "klare Ansage, wann geliefert wird, und so kam es auch",
                "ehrliche Auskunft über die Lieferzeit",
            ),
        ),
        (
            (
                "Ich warte seit Wochen auf mein Geld",
                "die Erstattung lässt ewig auf sich warten",
                "die Reklamation zieht sich hin, keiner weiß warum",
                "Ware kaputt und das Geld immer noch nicht zurück",
                "drei Wochen für eine Erstattung sind nicht zu fassen",
                "bei der Reklamation wird man hingehalten",
            ),
            (
                "Das Geld war nach drei Tagen wieder da",
                "Reklamation schnell und unkompliziert gelöst",
                "Ersatz kam am nächsten Tag",
                "die Rückgabe war kein Problem",
                "Reklamation ohne Wenn und Aber anerkannt",
                "sofort eine neue Schüssel bekommen, kostenlos",
            ),
        ),
    ),
    "en": (
        (
            (
                "Delivery took far too long",
                "my parcel arrived days after the promised date",
                "the tracking page did not change for days",
                "nobody rang the bell, just a card in the letterbox",
            ),
            ("Delivery was very quick", "arrived a day early", "right on time", "friendly courier, brought it to my door"),
        ),
        (
            (
                "The box was crushed",
                "one plate arrived broken",
                "way too much plastic",
                "the pan was loose in the box and has a dent",
            ),
            (
                "Everything was packed with care",
                "the glasses arrived in one piece",
                "great plastic-free packaging",
                "solid box",
            ),
        ),
        (
            (
                "Too expensive for the quality",
                "shipping costs are outrageous",
                "the voucher did not work",
                "prices went up again",
            ),
            ("Good value for money", "fair price for a decent knife", "cheaper than in town", "loved the discount"),
        ),
        (
            (
                "The agent was rude",
                "nobody feels responsible",
                "I was passed on three times",
                "no apology at all",
            ),
            (
                "Really friendly staff on the phone",
                "she really took care of it",
                "got a replacement the same day, no questions asked",
                "very competent advice in the shop",
            ),
        ),
        (
            (
                "The website kept rejecting my address",
                "payment on my phone did not work",
                "search finds nothing",
                "I had to reset my password again",
            ),
            ("The site is clear", "ordering is dead easy", "good pictures, honest descriptions", "done in five minutes"),
        ),
        (
            (
                "I was on hold for fifteen minutes",
                "on Mondays you cannot get through",
                "the line went dead after ten minutes in the queue",
                "the promised call back never came",
            ),
            ("Got through straight away", "no waiting on the hotline", "they called back as promised", "sorted in two minutes"),
        ),
        (
            (
                "The carrier says delivered, your hotline says on its way",
                "everyone on the phone tells me something else",
                "marked as delivered but I never got it",
                "the information I was given was simply wrong",
            ),
            (
                "Always kept up to date",
                "clear and correct information",
                "an email at every step",
                "honest about the delivery time",
            ),
        ),
        (
            (
                "Still waiting for my refund",
                "three weeks for a refund is a joke",
                "my complaint drags on and nobody knows why",
                "broken goods and still no money back",
            ),
            (
                "Refund was there after three days",
                "complaint handled quickly",
                "replacement came the next day, free of charge",
                "returning it was no problem",
            ),
        ),
    ),
}

OPENINGS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "de": (
        ("", "", "", "Leider: ", "Ärgerlich. ", "So nicht! ", "Schade, ", "Hallo, "),
        ("", "", "Na ja. ", "Geht so: ", "Gemischt. ", "Im Großen und Ganzen ok, "),
        ("", "", "", "Super! ", "Danke! ", "Alles bestens: ", "Gerne wieder. ", "Toll, "),
    ),
    "en": (
        ("", "", "Sorry, but ", "Disappointing. ", "Not good: "),
        ("", "So so. ", "Mixed feelings: "),
        ("", "", "Great! ", "Thanks! ", "Lovely: "),
    ),
}

CLOSINGS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "de": (
        (
            "",
            ".",
            "!",
            ". Das geht besser.",
            ". Ich bestelle woanders.",
            ". Bitte kümmern Sie sich darum.",
            ". Sehr enttäuschend!",
            ". Nie wieder.",
            "...",
        ),
        ("", ".", ". Mal sehen.", ". Da ist noch Luft nach oben."),
        (
            "",
            ".",
            "!",
            ". Weiter so!",
            ". Kann ich nur empfehlen.",
            ". Bin rundum zufrieden.",
            " :-)",
            ". Immer wieder gern.",
            ". Vielen Dank!",
        ),
    ),
    "en": (
        ("", ".", "!", ". Not again.", ". Please sort this out.", ". Very disappointing."),
        ("", ".", ". Could be better."),
        ("", ".", "!", ". Would recommend.", ". Keep it up!", " :-)"),
    ),
}

JOINS: Final[dict[str, str]] = {"de": ", aber ", "en": ", but "}

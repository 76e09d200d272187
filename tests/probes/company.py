"""What a few words are is told by what they come with; what a slip is, by the rest."""

from probes.probe import Probe, reworded, silent, told

LAW = "## 5. Law"
TITLE = "# Cobble Cloud: Terms of Service"


AGAIN = "\n\n\n"


def twice(source):
    """Record a page's text two times over, as some pages are."""
    return f"{source}{AGAIN}{source}"


PROBES = (
    silent(
        "a consent layer's line beside its buttons",
        "terms.md",
        TITLE,
        f"Help us improve our site!\n\nReject allAccept allSave settings\n\n{TITLE}",
    ),
    told(
        "a right that is named beside a button",
        "terms.md",
        TITLE,
        f"Accept all\n\nWho clicks on accept gives us the right to show the pictures in their files to other people.\n\n{TITLE}",
    ),
    silent(
        "a line of links with dashes between",
        "terms.md",
        LAW,
        f"Home — Help — Privacy policy — Report a fault — About us\n\n{LAW}",
    ),
    told(
        "a sentence with dashes in it",
        "terms.md",
        LAW,
        f"Files — pictures — films — sound — we may look into all of them.\n\n{LAW}",
    ),
    silent(
        "a label with an arrow",
        "terms.md",
        LAW,
        f"Privacy notice for applicants ›\n\n{LAW}",
    ),
    silent(
        "a line that leads elsewhere",
        "terms.md",
        LAW,
        f"Learn more about our data centres.\n\n{LAW}",
    ),
    told(
        "a line that leads to a choice",
        "terms.md",
        LAW,
        f"Learn more about opting out of measurement.\n\n{LAW}",
    ),
    silent("a text that is recorded twice", "terms.md", twice),
    Probe(
        "a text that is no longer recorded twice is silent",
        "terms.md",
        (lambda source: source[: source.index(AGAIN)],),
        told=False,
        base=lambda source: f"{source}{AGAIN}{source}",
    ),
    reworded(
        "The file © 2010 Cobble Maps",
        "The file © 2010 Cobble Roads",
        told=True,
    ),
    reworded("© 2010 Cobble Maps", "© Cobble Maps S.A., Luxembourg", told=False),
    reworded(
        "Content must not show any lnudity or gore.",
        "Content must not show any nudity or gore.",
        told=False,
    ),
    reworded(
        "We hand the data to the county.",
        "We hand the data to the country.",
        told=True,
    ),
    reworded(
        "Files are kept with our Guidelines at Guidelines as they stand.",
        "Files are kept with our Guidelines as they stand.",
        told=False,
    ),
    reworded(
        "Le colis est abîmé à la porte.", "Le colis est abimé é la porte.", told=False
    ),
    reworded(
        "Write to notices@cobble.exampleopens email client or call.",
        "Write to [email protected] or call.",
        told=False,
    ),
    reworded(
        "Write to notices@cobble.example or call.",
        "Write to notices@pebble.example or call.",
        told=True,
    ),
    reworded(
        "Choose a state ALARAZFLGAIAKSKYMIMNMOMSNCNENMNYOHOKPA and go on.",
        "Choose a state and go on.",
        told=False,
    ),
    reworded(
        "Bought in the shop [comment]: <> (typo in the source) or elsewhere.",
        "Bought in the shop or elsewhere.",
        told=False,
    ),
    told(
        "an annex that joins, though it is but a link",
        "terms.md",
        LAW,
        f"[Annex 4 – Terms of the mail service](https://cobble.example/annex-4)\n\n{LAW}",
    ),
    reworded("FINAL PROVISIONS.some text", "FINAL PROVISIONS.", told=False),
    reworded("REFUNDS ARE PAID.", "REFUNDS ARE NOT PAID.", told=True),
    silent(
        "a heading that asks in other words",
        "terms.md",
        "## 4. Ending",
        "## 4. What should you know at the end?",
    ),
)

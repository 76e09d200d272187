"""A letter or two: spelling that nobody minds, and other words that look alike."""

from probes.probe import reworded

OTHER_WORDS = (
    ("You have fifty days to object to it.", "You have fifteen days to object to it."),
    ("You have sixty days to object to it.", "You have sixteen days to object to it."),
    (
        "We disclose files to our parent company.",
        "We enclose files to our parent company.",
    ),
    (
        "We read files that you mark as public.",
        "We read files that you mark as private.",
    ),
    ("You object by a written notice.", "You object without a written notice."),
    ("We inform you before a transfer.", "We inform you after a transfer."),
)
SAME_WORDS = (
    ("You will recieve a credit for it.", "You will receive a credit for it."),
    ("Tell us when your adress changes.", "Tell us when your address changes."),
    ("We keep files in seperate places.", "We keep files in separate places."),
    ("An organization may have members.", "An organisation may have members."),
    ("We watch for suspicious behavior.", "We watch for suspicious behaviour."),
    ("Fees are payed at the begining.", "Fees are payed at the beginning."),
    ("We acknowledge your reqeust at once.", "We acknowledge your request at once."),
    ("Our help center answers questions.", "Our help centre answers questions."),
    ("We store the files on line for you.", "We store the files online for you."),
    ("Use a third party program for it.", "Use a third-party program for it."),
    ("Write us an email about it.", "Write us an e-mail about it."),
)

PROBES = (
    *(reworded(was, now, told=True) for was, now in OTHER_WORDS),
    *(reworded(was, now, told=False) for was, now in SAME_WORDS),
)

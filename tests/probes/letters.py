"""A letter or two: spelling that nobody minds, and other words that look alike."""

from probes.probe import reworded

OTHER_WORDS = (
    ("You may post lawful content only.", "You may post unlawful content only."),
    (
        "Our liability is limited in all cases.",
        "Our liability is unlimited in all cases.",
    ),
    (
        "We remove illegal files without notice.",
        "We remove legal files without notice.",
    ),
    ("The fee includes the value added tax.", "The fee excludes the value added tax."),
    (
        "We need your consent to process the file.",
        "We need your content to process the file.",
    ),
    ("The employer may read the files.", "The employee may read the files."),
    ("The licensor may end the licence.", "The licensee may end the licence."),
    ("The courts of your country decide.", "The courts of your county decide."),
    (
        "We may increase the storage once a year.",
        "We may decrease the storage once a year.",
    ),
    ("We collect files from your devices.", "We connect files from your devices."),
    ("You have fifty days to object to it.", "You have fifteen days to object to it."),
    ("You have sixty days to object to it.", "You have sixteen days to object to it."),
    ("Direct damages are not recoverable.", "Indirect damages are not recoverable."),
    (
        "We disclose files to our parent company.",
        "We enclose files to our parent company.",
    ),
    (
        "We read files that you mark as public.",
        "We read files that you mark as private.",
    ),
    ("You object by a written notice.", "You object without a written notice."),
    ("We store identifiable files.", "We store unidentifiable files."),
    ("We inform you before a transfer.", "We inform you after a transfer."),
    (
        "Processing is necessary for the contract.",
        "Processing is unnecessary for the contract.",
    ),
    (
        "A person authorized by you may read it.",
        "A person unauthorized by you may read it.",
    ),
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

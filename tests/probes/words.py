"""What counts as the same words, and what never does (one edit each)."""

from probes.probe import silent, told

PROBES = (
    # Numbers, negations, modal verbs, names: always.
    told(
        "“may” that becomes “will”",
        "semantic.html",
        "We may share statistics",
        "We will share statistics",
    ),
    told(
        "“can” that becomes “may”",
        "semantic.html",
        "You can object to a decision",
        "You may object to a decision",
    ),
    told(
        "“shall” that becomes “may”",
        "terms.md",
        "We shall tell you why",
        "We may tell you why",
    ),
    told(
        "“must” that becomes “should”",
        "soup.html",
        "You must be at least 13",
        "You should be at least 13",
    ),
    told(
        "a “not” that is dropped",
        "semantic.html",
        "We will not use your photographs to train",
        "We will use your photographs to train",
    ),
    told(
        "a “never” that is dropped",
        "semantic.html",
        "We never sell personal data",
        "We sell personal data",
    ),
    told(
        "an “only” that is dropped",
        "app.html",
        "A lender receives them only when",
        "A lender receives them when",
    ),
    told(
        "an “unless” that becomes “if”",
        "semantic.html",
        "unless the law forbids it",
        "if the law permits it",
    ),
    told(
        "“and” that becomes “or”",
        "semantic.html",
        "have the right to complain to a supervisory",
        "have no right to complain to a supervisory",
    ),
    told(
        "thirty days that become ninety",
        "semantic.html",
        "within 30 days",
        "within 90 days",
    ),
    told("a number in words", "terms.md", "sixty days before", "thirty days before"),
    told("hours that become days", "builder.html", "after 72 hours", "after 72 days"),
    told("a share", "terms.md", "by at most 5 %", "by at most 15 %"),
    told("a price", "soup.html", "$4.99 a month", "$5.99 a month"),
    told("an age", "soup.html", "at least 13 years old", "at least 16 years old"),
    told(
        "a contracting party",
        "soup.html",
        "Quillbox Messaging Inc., a company",
        "Quillbox Holdings Ltd., a company",
    ),
    told(
        "the law that applies",
        "terms.md",
        "The law of Luxembourg",
        "The law of Ireland",
    ),
    told(
        "“opt out” that becomes “opt in”",
        "semantic.html",
        "To opt out of measurement, use",
        "To opt in to measurement, use",
    ),
    told(
        "a recipient slipped into a sentence",
        "semantic.html",
        "with the carriers that bring them",
        "with the carriers and advertisers that bring them",
    ),
    told(
        "a purpose added to a sentence",
        "semantic.html",
        "the time you spend on them.",
        "the time you spend on them, and your contacts.",
    ),
    told(
        "a word that narrows a right",
        "semantic.html",
        "export your data at any time",
        "export your data once a year",
    ),
    told(
        "a clause that is gone",
        "semantic.html",
        " We do not collect your precise location.",
        "",
    ),
    told(
        "a short new sentence",
        "semantic.html",
        "We never sell personal data.",
        "We never sell personal data. We may rent it.",
    ),
    told(
        "a new section",
        "terms.md",
        "## 5. Law",
        "## 5. Arbitration\n\nYou waive the right to a trial by jury and to class actions.\n\n## 6. Law",
    ),
    told(
        "a new list item",
        "semantic.html",
        "<li>to keep accounts safe",
        "<li>to train our recommendation models;</li>\n<li>to keep accounts safe",
    ),
    told(
        "a list item that is gone", "terms.md", "- to obey an order of a court,\n", ""
    ),
    told(
        "a change of the retention inside a brackets",
        "terms.md",
        "for 60 days after",
        "for 6 days after",
    ),
    # Spelling, quotes, dashes, spaces, case, punctuation: never.
    silent(
        "typographic quotes made straight",
        "semantic.html",
        "(“we”, “us”)",
        '("we", "us")',
    ),
    silent(
        "a straight apostrophe made round",
        "soup.html",
        "seven days' notice",
        "seven days’ notice",
    ),
    silent(
        "a hyphen made a dash", "semantic.html", "machine-learning", "machine‑learning"
    ),
    silent(
        "a non-breaking space", "semantic.html", "within 30 days", "within 30&nbsp;days"
    ),
    silent(
        "a narrow non-breaking space before a percent sign",
        "terms.md",
        "99.9 %",
        "99.9\u202f%",
    ),
    silent("a soft hyphen", "semantic.html", "photographers", "photo&shy;graphers"),
    silent(
        "a zero-width space",
        "semantic.html",
        "supervisory authority",
        "super\u200bvisory authority",
    ),
    silent("a decomposed letter", "french.html", "légumes", "le\u0301gumes"),
    silent("a ligature", "terms.md", "Your files belong", "Your ﬁles belong"),
    silent("entities instead of letters", "french.html", "décrit", "d&eacute;crit"),
    silent(
        "a heading in capitals",
        "builder.html",
        "<h2>Health data</h2>",
        "<h2>HEALTH DATA</h2>",
    ),
    silent(
        "a typing error put right", "soup.html", "gross negligence", "gross neglegence"
    ),
    silent("a comma", "soup.html", "If that fails, you may", "If that fails you may"),
    silent(
        "a doubled space",
        "semantic.html",
        "at any time. To opt",
        "at any time.  To opt",
    ),
    silent("a bullet character", "builder.html", "<li>Brightpay", "<li>• Brightpay"),
    silent(
        "emphasis",
        "semantic.html",
        "We never sell personal",
        "We <em>never</em> <b>sell</b> personal",
    ),
    silent(
        "source lines wrapped elsewhere",
        "semantic.html",
        "We collect what you give us: your name, your e-mail",
        "We collect what\n    you give us:\n your name, your e-mail",
    ),
    silent(
        "a paragraph that is split",
        "semantic.html",
        "captions. We also record",
        "captions.</p>\n<p>We also record",
    ),
    silent(
        "two paragraphs that are joined",
        "soup.html",
        "please do not use Quillbox.<br><br>Quillbox is offered",
        "please do not use Quillbox. Quillbox is offered",
    ),
    silent(
        "two sentences that change places",
        "semantic.html",
        "Backups are overwritten after a further 14 days. Order records are kept for 7 years because tax law asks for it.",
        "Order records are kept for 7 years because tax law asks for it. Backups are overwritten after a further 14 days.",
    ),
    silent(
        "a sentence moved into another section",
        "semantic.html",
        " You can object to a decision that was made by a machine alone.",
        "",
        "You can see, correct and export",
        "You can object to a decision that was made by a machine alone. You can see, correct and export",
    ),
    # Numbering and dates of the document itself.
    silent(
        "sections renumbered, and a reference that follows",
        "terms.md",
        "## 1. The service",
        "## 2. The service",
        "## 2. Your files",
        "## 3. Your files",
        "## 3. Payment",
        "## 4. Payment",
        "## 4. Ending",
        "## 5. Ending",
        "## 5. Law",
        "## 6. Law",
        "(see section 2)",
        "(see section 3)",
    ),
    silent(
        "letters instead of numbers before headings",
        "spanish.html",
        "<h2>1. Registro",
        "<h2>a) Registro",
        "<h2>2. Pagos",
        "<h2>b) Pagos",
    ),
    silent(
        "the date in another format", "semantic.html", "March 3, 2025", "3 March 2025"
    ),
    silent("the date in digits", "terms.md", "2025-01-20", "20 January 2025"),
    silent(
        "a new date and nothing else", "soup.html", "12 January 2025", "14 April 2025"
    ),
    told(
        "a date by which something is deleted",
        "builder.html",
        "Recordings are deleted after 72 hours.",
        "Recordings are kept until 31 December 2029.",
    ),
    told(
        "a deadline that is a date",
        "cookies.html",
        "We set these cookies only if you agree.",
        "From 1 May 2025 we set these cookies also if you do not agree.",
    ),
)

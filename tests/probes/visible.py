"""What a reader can see or could open, and what only a machine reads (one edit each)."""

from probes.probe import silent, told

SWITCH = 'aria-checked="false" aria-labelledby="ai-label" class="sw sw--off"'

PROBES = (
    # Form controls: their states are promises.
    told(
        "a switch that is on by default now",
        "settings.html",
        SWITCH,
        SWITCH.replace("false", "true"),
    ),
    told(
        "a checkbox that is ticked beforehand now",
        "settings.html",
        '<input type="checkbox" id="research">',
        '<input type="checkbox" id="research" checked>',
    ),
    told(
        "a checkbox that is no longer ticked",
        "settings.html",
        'name="ads" checked>',
        'name="ads">',
    ),
    told(
        "another radio button that is chosen beforehand",
        "settings.html",
        'value="all">',
        'value="all" checked>',
        'value="friends" checked>',
        'value="friends">',
    ),
    told(
        "another option that is chosen beforehand",
        "settings.html",
        "<option selected>3 months</option><option>18",
        "<option>3 months</option><option selected>18",
    ),
    told(
        "a new setting",
        "settings.html",
        '<label for="keep">',
        '<label><input type="checkbox" name="sync" checked> Upload my address book</label>\n<label for="keep">',
    ),
    told(
        "a setting that is gone",
        "settings.html",
        '<input type="checkbox" id="research"><label for="research">Let universities study my use of Pallet</label>',
        "",
    ),
    silent(
        "a box in the consent layer",
        "settings.html",
        'name="stat">',
        'name="stat" checked>',
    ),
    silent(
        "a switch drawn with other classes",
        "settings.html",
        "sw sw--off",
        "toggle toggle-grey",
    ),
    silent(
        "a checkbox written in XML's way",
        "settings.html",
        'name="ads" checked>',
        'checked="checked" name="ads"/>',
    ),
    silent("a hidden input", "settings.html", "q83hf9q3fh98q3", "zz81kk2011aa07"),
    silent(
        "a radio group with another name",
        "settings.html",
        'name="find" value="all"',
        'name="visibility" value="all"',
        'name="find" value="friends"',
        'name="visibility" value="friends"',
    ),
    # What a click reveals.
    told(
        "text inside closed details",
        "faq.html",
        "We do not use private messages.",
        "We also use private messages.",
    ),
    told(
        "text in a panel hidden from assistive technology",
        "faq.html",
        "in Switzerland or in Norway",
        "or in Switzerland",
    ),
    told(
        "text in a panel hidden by style",
        "faq.html",
        "to be younger than 18",
        "to be younger than 16",
    ),
    told(
        "text in a hidden tab",
        "app.html",
        "with your bank and with no one else",
        "with your bank and with lenders",
    ),
    told(
        "text hidden within a hidden tab",
        "app.html",
        "which cannot be traced to a person",
        "some of which can be traced to a person",
    ),
    told(
        "text in a shadow root",
        "app.html",
        "does not pass your data",
        "may pass your data",
    ),
    told(
        "a new answer in closed details",
        "faq.html",
        '<div class="accordion-item"><h3><button aria-expanded="false" aria-controls="a3">',
        "<details><summary>Does opting out undo training?</summary><p>No. It does not affect training that has already taken place.</p></details>\n"
        '<div class="accordion-item"><h3><button aria-expanded="false" aria-controls="a3">',
    ),
    silent(
        "details that stand open",
        "faq.html",
        "<details><summary>Does",
        "<details open><summary>Does",
    ),
    silent(
        "a panel that stands open",
        "faq.html",
        'aria-expanded="false" aria-controls="a4"',
        'aria-expanded="true" aria-controls="a4"',
        'collapsed" style="display: none"',
        'expanded"',
    ),
    silent(
        "another tab that is open",
        "app.html",
        'id="p1"',
        'id="p1" hidden=""',
        'id="p2" hidden=""',
        'id="p2"',
    ),
    silent("a style within a shadow root", "app.html", "p{margin:0}", "p{margin:4px}"),
    # Tables and definition lists.
    told(
        "a cell of a table", "cookies.html", "<td>13 months</td>", "<td>25 months</td>"
    ),
    told(
        "a new row",
        "cookies.html",
        "<tr><td>pc_ref</td>",
        "<tr><td>adr_uid</td><td>Follows you across websites</td><td>Adrift</td><td>2 years</td></tr>\n<tr><td>pc_ref</td>",
    ),
    told(
        "a row that is gone",
        "recipients.html",
        "<tr><td>Underhill Support</td><td>Answers tickets</td><td>Canada</td></tr>\n",
        "",
    ),
    told(
        "a country in a table", "recipients.html", "<td>Ireland</td>", "<td>India</td>"
    ),
    told(
        "a company that joins a list",
        "recipients.html",
        "<li>Haldane Analytics K.K., Japan</li>",
        "<li>Haldane Analytics K.K., Japan</li>\n<li>Haldane Analytics Inc., United States</li>",
    ),
    told(
        "a definition",
        "cookies.html",
        "<dd>Fernway Travel GmbH, Elm Lane 4</dd>",
        "<dd>Fernway Holding AG, Elm Lane 4</dd>",
    ),
    told(
        "the head of a column",
        "cookies.html",
        "<h2>Cookies that we need</h2>\n<table>\n<thead><tr><th>Name</th><th>Purpose</th><th>Provider</th><th>Kept for</th>",
        "<h2>Cookies that we need</h2>\n<table>\n<thead><tr><th>Name</th><th>Purpose</th><th>Provider</th><th>Kept for at least</th>",
    ),
    silent(
        "rows in another order",
        "cookies.html",
        "<tr><td>fw_session</td><td>Keeps you logged in while you book</td><td>Fernway</td><td>Session</td></tr>\n",
        "",
        "<tr><td>fw_consent</td>",
        "<tr><td>fw_session</td><td>Keeps you logged in while you book</td><td>Fernway</td><td>Session</td></tr>\n<tr><td>fw_consent</td>",
    ),
    silent(
        "a table with a caption",
        "recipients.html",
        "<table>",
        '<table class="wide"><caption>Sub-processors</caption>',
    ),
    # Strike-through means that it no longer holds.
    told(
        "a sentence that is struck out",
        "semantic.html",
        "We never sell personal data.",
        "<s>We never sell personal data.</s>",
    ),
    told(
        "a sentence marked as deleted",
        "builder.html",
        "There are no cameras in changing rooms.",
        "<del>There are no cameras in changing rooms.</del>",
    ),
    silent(
        "a sentence marked as inserted",
        "builder.html",
        "There are no cameras in changing rooms.",
        "<ins>There are no cameras in changing rooms.</ins>",
    ),
    # Links: where they lead, without what tracks who followed.
    told(
        "an opt-out link that leads elsewhere",
        "semantic.html",
        "https://larkspur.example/opt-out?utm",
        "https://larkspur.example/newsletter?utm",
    ),
    told(
        "an opt-out link that leads to another company",
        "cookies.html",
        'href="/cookies/settings"',
        'href="https://brightads.example/sign-up"',
    ),
    silent(
        "tracking in a link",
        "semantic.html",
        "?utm_source=policy",
        "?utm_source=footer&gclid=Cj0KCQ",
    ),
    silent("tracking in a Markdown link", "terms.md", "?utm_campaign=terms", ""),
    silent(
        "a link that names its host now",
        "cookies.html",
        'href="/cookies/settings"',
        'href="https://acme.example/cookies/settings"',
    ),
    silent(
        "a link in the menu", "semantic.html", 'href="/explore"', 'href="/discover"'
    ),
    # What only machines read.
    silent("a script", "semantic.html", '"partners": 812', '"partners": 904'),
    silent("a token in the head", "semantic.html", "Zk3vQ9xT1b", "Pq8sL0wYz2"),
    silent(
        "a comment", "builder.html", "<body ", "<!-- cached 2025-03-04 02:11 --><body "
    ),
    silent("ids of a page builder", "builder.html", 'data-id="5c02"', 'data-id="81fe"'),
    silent(
        "an image",
        "builder.html",
        "<p>There are cameras",
        '<img src="/a81f.webp" alt=""><p>There are cameras',
    ),
    silent(
        "a word for browsers without scripts",
        "app.html",
        "You need to enable",
        "Please enable",
    ),
    silent("a state kept for the script", "app.html", "91hf83hf02h", "00ab71kf91x"),
)

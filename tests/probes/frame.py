"""What on the page is not the policy, unless it announces something (one edit each)."""

from probes.probe import silent, told

NOTICE = (
    "<p>Our privacy policy changes on 1 June 2025: we will share your data with "
    "advertising companies unless you opt out.</p>"
)
PROMO = (
    "<p>Summer sale: 30 % off all frames and albums. Your first order ships for free "
    "until the end of the month!</p>"
)
LAYER = (
    '<div class="ck-wrap"><div><p>We and our 812 partners store cookies on your device to '
    "measure audiences. You can accept or refuse.</p><button>Accept all</button>"
    "<button>Refuse</button></div></div>"
)
MAIL = "1363617a6572706a537f726178606366613d766b727e637f76"
FIXED = '<div style="position:fixed;bottom:0">'

PROBES = (
    # A banner that announces is the policy; a banner that sells is not.
    told(
        "an announcement at the top of the page",
        "semantic.html",
        "<header>\n",
        f'<div class="banner">{NOTICE}</div>\n<header>\n',
    ),
    told(
        "an announcement in the header", "cookies.html", "<header>", f"<header>{NOTICE}"
    ),
    told(
        "an announcement in the footer",
        "semantic.html",
        "<p>Save 20 % on large prints until Sunday. Order now and get free delivery on everything in the shop!</p>",
        NOTICE,
    ),
    told(
        "an announcement in a bar of a div soup",
        "soup.html",
        '<div class="x1 q9">',
        f'<div class="n7">{NOTICE}</div><div class="x1 q9">',
    ),
    told(
        "an announcement in a live region",
        "app.html",
        '<div role="main">',
        f'<div role="alert">{NOTICE}</div><div role="main">',
    ),
    told(
        "a duty in the footer",
        "cookies.html",
        "<footer>",
        "<footer><p>By using this website you agree that we may record your calls and your screen.</p>",
    ),
    told(
        "a change to small print in the footer",
        "soup.html",
        "<div>Made with care in Portland. 48,211 people are writing right now.</div>",
        "<div>By continuing to use this page you accept our terms and agree to binding arbitration of all disputes.</div>",
    ),
    silent(
        "an offer at the top of the page",
        "semantic.html",
        "<header>\n",
        f'<div class="banner">{PROMO}</div>\n<header>\n',
    ),
    silent("an offer in the header", "cookies.html", "<header>", f"<header>{PROMO}"),
    silent(
        "another offer in the footer",
        "semantic.html",
        "<p>Save 20 % on large prints until Sunday. Order now and get free delivery on everything in the shop!</p>",
        PROMO,
    ),
    silent(
        "another offer in a popup",
        "builder.html",
        "Your first week of training is on us. Leave your number and we will call you back.",
        "Bring a friend along and both of you train for free for two weeks.",
    ),
    # Cookie and consent layers.
    silent(
        "a cookie layer in a plain div", "semantic.html", "</body>", f"{LAYER}</body>"
    ),
    silent(
        "a cookie dialog",
        "app.html",
        '<div id="root">',
        f'<div role="dialog" aria-label="Consent">{LAYER}</div><div id="root">',
    ),
    silent(
        "a fixed cookie bar",
        "german.html",
        "</body>",
        f"{FIXED}<p>Wir verwenden Cookies, um die Nutzung unserer Website auszuwerten. Sie können das ablehnen.</p>"
        "<button>Ablehnen</button><button>Annehmen</button></div></body>",
    ),
    silent(
        "a count of partners", "settings.html", "our 812 partners", "our 904 partners"
    ),
    told(
        "a cookie that the policy names",
        "cookies.html",
        "We set these cookies only if you agree.",
        "We set these cookies when you open the page.",
    ),
    told(
        "a count of partners within the policy",
        "app.html",
        "with your bank and with no one else",
        "with your bank and with our 812 partners",
    ),
    # Menus, languages, related articles, breadcrumbs, contents.
    silent(
        "a menu that grows",
        "semantic.html",
        '<li><a href="/pricing">Pricing</a></li>',
        '<li><a href="/pricing">Pricing</a></li><li><a href="/studio">Studio with AI</a></li>',
    ),
    silent(
        "a menu without a list that grows",
        "soup.html",
        '<span><a href="/help">Help</a></span>',
        '<span><a href="/help">Help</a></span><span><a href="/ai">AI assistant</a></span>',
    ),
    silent(
        "a menu of the page builder that shrinks",
        "builder.html",
        '<li><a href="/trainers">Trainers</a></li>',
        "",
    ),
    silent(
        "a language menu that grows",
        "semantic.html",
        '<li><a href="/fr">Français</a></li>',
        '<li><a href="/fr">Français</a></li><li><a href="/es">Español</a></li><li><a href="/ja">日本語</a></li>',
    ),
    silent(
        "a language menu that is a select",
        "soup.html",
        '<span><a href="/help">Help</a></span>',
        '<span><a href="/help">Help</a></span><select><option selected>English</option><option>Deutsch</option></select>',
    ),
    silent(
        "another language shown in the menu",
        "app.html",
        '<button type="button">Sign in</button>',
        '<select><option selected>English (UK)</option></select><button type="button">Sign in</button>',
    ),
    silent(
        "related articles that rotate",
        "semantic.html",
        "How to export your photographs",
        "Printing on aluminium",
        "Choosing who sees an album",
        "Selling at a fair",
    ),
    silent(
        "related articles without a landmark",
        "faq.html",
        "Download your data",
        "Change your password",
        "Close your account",
        "Report a problem",
    ),
    silent(
        "teasers with a text",
        "builder.html",
        '<div class="b-location-popup">',
        '<div class="b-posts"><h3><a href="/blog/1">Five stretches for the office</a></h3>'
        '<h3><a href="/blog/2">How much water is enough?</a></h3></div><div class="b-location-popup">',
    ),
    silent(
        "a breadcrumb",
        "faq.html",
        '<li><a href="/help/privacy">Privacy</a></li>',
        '<li><a href="/help/privacy">Privacy and AI</a></li>',
    ),
    silent(
        "a table of contents that is new",
        "cookies.html",
        "<p>This policy explains",
        '<ul><li><a href="#need">Cookies that we need</a></li><li><a href="#measure">Cookies for measurement</a></li></ul><p>This policy explains',
    ),
    silent(
        "a button to share the page",
        "german.html",
        "</main>",
        '<div class="tools"><button>Drucken</button><button>Teilen</button></div></main>',
    ),
    # What moves by itself.
    silent(
        "a relative date", "semantic.html", "Updated 3 days ago", "Updated 4 days ago"
    ),
    silent(
        "a relative date in a line of its own",
        "faq.html",
        "Last updated: 2 weeks ago",
        "Last updated: 3 weeks ago",
    ),
    silent("the minutes it takes to read", "semantic.html", "7 min read", "8 min read"),
    silent("a trace id", "semantic.html", "7f3a9c21d4e85b60", "0b94e1aa73c2f518"),
    silent(
        "a build number", "app.html", "Build 2025.3.18-4f2c", "Build 2025.3.21-90ab"
    ),
    silent(
        "votes under an article",
        "faq.html",
        "1,204 of 1,988 found",
        "1,310 of 2,104 found",
    ),
    silent(
        "a counter in the footer",
        "soup.html",
        "48,211 people are writing",
        "51,002 people are writing",
    ),
    silent(
        "the time of the request",
        "builder.html",
        "8 Harbour Street</p>",
        "8 Harbour Street</p><p>Page generated on 2025-03-04 11:32:09 in 0.214 seconds</p>",
    ),
    silent("a copyright year", "semantic.html", "© 2025 Larkspur", "© 2026 Larkspur"),
    silent(
        "a copyright year in words",
        "soup.html",
        "Copyright 2025 Quillbox",
        "Copyright 2026 Quillbox",
    ),
    silent(
        "an obfuscated address under a new key",
        "semantic.html",
        MAIL,
        "5a2a28332c3b39231a363b2831292a2f28743f223b372a363f",
    ),
    silent(
        "an address that is no longer obfuscated",
        "semantic.html",
        f'<span class="__cf_email__" data-cfemail="{MAIL}">[email&#160;protected]</span>',
        "privacy@larkspur.example",
    ),
    told(
        "another address behind the obfuscation",
        "semantic.html",
        MAIL,
        "137f7674727f537f726178606366613d766b727e637f76",
    ),
    told(
        "another address to write to",
        "cookies.html",
        "privacy@fernway.example",
        "sales@fernway.example",
    ),
    silent(
        "a tooltip",
        "semantic.html",
        "<h1>Privacy Policy</h1>",
        '<h1 title="Read with care">Privacy Policy</h1>',
    ),
    silent(
        "a chat bubble",
        "soup.html",
        "</body>",
        '<div class="w"><div>Hi! How can we help you today?</div><div><button>Start chat</button></div></div></body>',
    ),
    silent(
        "a newsletter form",
        "builder.html",
        '<a href="https://social.example/tidewell">Follow us</a>',
        '<a href="https://social.example/tidewell">Follow us</a><form><label>Get our newsletter with tips for your training every Monday morning</label><input type="email"><button>Subscribe</button></form>',
    ),
    silent(
        "a phone number in the footer",
        "builder.html",
        "Tidewell Fitness, 8 Harbour Street</p>",
        "Tidewell Fitness, 8 Harbour Street, phone 555 0199</p>",
    ),
)

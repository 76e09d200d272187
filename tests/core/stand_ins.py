"""Pages that are served where the document should be."""

BOT_WALL = """<!doctype html><html><head><title>Just a moment...</title></head><body>
<h1>larkspur.example</h1><h2>Checking that you are human. This may take a few seconds.</h2>
<p>larkspur.example needs to review the security of your connection before proceeding.</p>
<div>Ray ID: <code>8c1f0e2ab7d94c11</code></div><div>Performance and security by Gatewarden</div>
</body></html>"""

LONG_BOT_WALL = """<!doctype html><html><head><title>Access denied</title></head><body>
<h1>Sorry, you have been blocked</h1><h2>You are unable to access this website</h2>
<h2>Why have I been blocked?</h2>
<p>This website uses a security service to protect itself from online attacks. The action
you just performed triggered the security solution. There are several actions that could
trigger this block, including submitting a certain word or phrase, a SQL command or
malformed requests.</p>
<h2>What can I do to resolve this?</h2>
<p>You can e-mail the site owner to let them know you were blocked. Please include what
you were doing when this page came up and the reference number at the bottom of it.</p>
<p>Reference: 8c1f0e2ab7d94c11. Your address: 192.0.2.44.</p></body></html>"""

LOGIN = """<!doctype html><html><head><title>Log in</title></head><body><main>
<h1>Welcome back</h1><form><label>E-mail address</label><input type="email">
<label>Password</label><input type="password"><label><input type="checkbox" checked> Keep me
logged in</label><button>Log in</button></form><p>New here? <a href="/join">Create an
account</a></p><p><a href="/forgot">Forgot your password?</a></p></main></body></html>"""

NOT_FOUND = """<!doctype html><html><head><title>Page not found</title></head><body>
<header><a href="/">Larkspur</a><nav><a href="/explore">Explore</a><a href="/prints">Prints</a>
</nav></header><main><h1>Oops! We cannot find that page.</h1><p>The page that you are looking
for may have been moved or deleted, or has never existed. Check the address for typing errors,
go back to the home page, or search for what you need.</p></main>
<footer><p>© 2025 Larkspur Ltd. All rights reserved.</p></footer></body></html>"""

MAINTENANCE = """<!doctype html><html><body><h1>Back soon</h1><p>We are doing some scheduled
maintenance and will be back online shortly. Thank you for your patience!</p></body></html>"""

CONSENT_WALL = """<!doctype html><html><body><div class="wall"><h1>Your privacy matters to us</h1>
<p>We and our 812 partners store or access information on devices, such as cookies, and process
personal data, such as unique identifiers, for personalised ads and content, ad measurement and
audience insights. With your permission we and our partners may use precise geolocation data.
You may click to consent to our processing as described above. Alternatively you may refuse to
consent or access more detailed information and change your preferences.</p>
<button>More options</button><button>Agree</button></div></body></html>"""

EMPTY_SHELL = """<!doctype html><html><head><title>Larkspur</title></head><body>
<div id="root"></div><noscript>You need to enable JavaScript.</noscript>
<script src="/main.js"></script></body></html>"""

PARKED = """<!doctype html><html><head><title>larkspur.example</title></head><body>
<h1>larkspur.example</h1><p>This domain may be for sale. Ask the owner for a price.</p>
<ul><li><a href="/1">Digital cameras</a></li><li><a href="/2">Photo printing</a></li>
<li><a href="/3">Wedding photographers</a></li><li><a href="/4">Cheap flights</a></li></ul>
</body></html>"""

HOME = """<!doctype html><html><head><title>Larkspur</title></head><body>
<header><a href="/">Larkspur</a><nav><a href="/explore">Explore</a><a href="/prints">Prints</a>
<a href="/pricing">Pricing</a></nav></header><main>
<h1>Your pictures deserve a wall</h1>
<p>Show the world what you saw. On Larkspur, half a million photographers hang their best work,
meet people who love it, and sell prints that last for a hundred years.</p>
<h2>Galleries that breathe</h2><p>Drag, drop, done: build a gallery in a minute, choose from
forty layouts, and let the light do the talking. No ads, no noise, just pictures.</p>
<h2>Prints worth framing</h2><p>From postcard to poster, on cotton paper or brushed aluminium.
Every print is checked by a human eye and shipped flat, anywhere on the planet.</p>
<h2>Loved by photographers</h2><p>“I sold my first print within a week, and I have not looked
back since,” says Ines, who shoots lighthouses along the Atlantic coast.</p>
<p>“The colours come out exactly as I remember the morning,” says Tomas, who walks into the
mountains before sunrise with forty kilos of glass on his back.</p>
<h2>Walk with others</h2><p>Every Thursday somebody leads a walk: through the fish market of
Bergen, up the back stairs of Lisbon, along a canal that is not on any map. Bring a camera, a
telephone, a shoebox with a hole in it. The best frame of the evening hangs on our front door
for a day, with your name beneath it in letters as tall as your thumb.</p>
<h2>Learn from the stubborn</h2><p>Four hundred lessons by people who got up too early: how to
wait for a heron, how to ask a stranger, how to carry a ladder through a cathedral.</p>
<h2>Start today</h2><p>Hang up to fifty pictures for nothing. When you need more room, plans
begin at three euros. Change or leave whenever the mood takes you.</p></main>
<footer><p>© 2025 Larkspur Ltd. All rights reserved.</p></footer></body></html>"""

STAND_INS = {
    "a bot wall": BOT_WALL,
    "a long bot wall": LONG_BOT_WALL,
    "a login": LOGIN,
    "a soft 404": NOT_FOUND,
    "maintenance": MAINTENANCE,
    "a consent wall": CONSENT_WALL,
    "an empty shell": EMPTY_SHELL,
    "a parked domain": PARKED,
    "the home page": HOME,
}

SUCCESSOR = """<!doctype html><html><head><title>Privacy</title></head><body><main>
<h1>Umbel Group Privacy Statement</h1>
<p>Larkspur is part of the Umbel Group. This statement applies to all services of the group,
and it replaces the privacy policies that those services had before.</p>
<h2>Personal data that the group processes</h2>
<p>The group processes account data, payment data, content data and data about the use of its
services. Content data are what members upload, including pictures and what they show.</p>
<h2>Purposes and legal bases</h2>
<p>The group processes personal data to perform its contracts, to pursue its legitimate
interests, and with consent. Its interests include the training of models, the marketing of its
own services and those of its partners, and the prevention of abuse.</p>
<h2>Recipients</h2>
<p>Companies of the group receive personal data from one another. Advertising partners receive
identifiers and interests. Processors act on instructions.</p>
<h2>Retention</h2>
<p>The group keeps personal data for as long as a purpose exists, and for five years more.</p>
<h2>Rights</h2>
<p>Members may ask for access, rectification, erasure, restriction and portability, and may
object to processing that is based on legitimate interests. They may turn to a supervisory
authority. The group answers requests within three months.</p></main></body></html>"""

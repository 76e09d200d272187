"""A policy whose publisher would rather not be watched: it tries all that a page can."""

EVIL = "<script>window.broken=1</script><img src=x onerror=window.broken=2>"

WATCHLIST = """\
network: {{allow: [127.0.0.1], gap: 1s}}
services:
  - name: 'Evil </title><script>window.broken=3</script> & Co "quoted"'
    watches:
      - {{id: evil-policy, kind: privacy-policy, url: "{url}/policy"}}
"""

_PAGE = """\
<!DOCTYPE html><html lang="en"><head>
<title>Policy</title>
<meta http-equiv="refresh" content="0;url={url}/beacon-refresh">
<meta http-equiv="Content-Security-Policy" content="script-src *">
<base href="{url}/beacon-base/">
<link rel="stylesheet" href="{url}/beacon-style.css">
<link rel="preload" as="image" href="{url}/beacon-preload.png">
<link rel="dns-prefetch" href="//beacon.invalid">
<style>
@import url({url}/beacon-import.css);
@font-face {{ font-family: evil; src: url({url}/beacon-font.woff) }}
body {{ background: url({url}/beacon-background.png); font-family: evil }}
h1::after {{ content: url({url}/beacon-content.png) }}
html {{ position: fixed; inset: 0; z-index: 2147483647 }}
</style>
<script>alert("script"); document.title = "owned"; top.location = "{url}/beacon-top"</script>
<script src="{url}/beacon-script.js"></script>
</head>
<body onload="alert('onload')" background="{url}/beacon-body.png">
<h1 onclick="alert(1)">Privacy Policy</h1>
<img src="{url}/beacon-img.png" onerror="alert('onerror')" srcset="{url}/beacon-set.png 2x">
<svg onload="alert('svg')" width="10" height="10"><script>alert("svg script")</script>
<image href="{url}/beacon-svg.png"/><use href="{url}/beacon-use.svg#x"/></svg>
<iframe src="{url}/beacon-frame"></iframe><iframe srcdoc="<script>alert(2)</script>"></iframe>
<object data="{url}/beacon-object"></object><embed src="{url}/beacon-embed">
<video src="{url}/beacon-video" poster="{url}/beacon-poster.png" autoplay></video>
<form action="{url}/beacon-form"><input autofocus onfocus="alert('focus')" name="a"><button>go</button></form>
<h2>1. {escaped}</h2>
<p>We collect what you give us, as it is described in this policy, and keep it for a year.</p>
<p>We write {escaped} into our pages, and {{{{ 7*7 }}}} and ${{{{7*7}}}} as well.</p>
<p>{escaped_close} This sentence stands behind the end of a frame.</p>
<p><a href="javascript:alert(3)" ping="{url}/beacon-ping">Read about your choices here.</a></p>
<p>{change}</p>
<h2>2. Everything else</h2>
<table>{table}</table>
<p>{long}</p>
</body></html>
"""
CHANGES = (
    "We never share your data with anybody for the training of models.",
    "We share your data with everybody for the training of models. {escaped}",
)


def pages(folder, url):
    """Write the page as it is before and after its change."""
    escaped = EVIL.replace("&", "&amp;").replace("<", "&lt;")
    row = "<tr>" + "<td>cell</td>" * 40 + "</tr>"
    for step, change in enumerate(CHANGES):
        (folder / f"step{step}").mkdir()
        text = _PAGE.format(
            url=url,
            escaped=escaped,
            escaped_close="&lt;/iframe&gt;&lt;/details&gt;&lt;/main&gt;&lt;!--",
            change=change.format(escaped=escaped),
            table=row * 500,
            long="Unbreakable" * 300,
        )
        (folder / f"step{step}" / "policy.html").write_text(text, encoding="utf-8")

"""Which URLs we ask, and where a redirect may lead us."""

from urllib.parse import urldefrag, urljoin, urlsplit

from clausewatch.errors import CaptureError


def checked(url: str) -> str:
    """Return the URL if it is one that we ask.

    Raises:
        CaptureError: it is not (reason `url`).
    """
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        message = f"{url}: expected a URL ({error})"
        raise CaptureError(message, reason="url", retry=False) from error
    if parts.scheme not in {"http", "https"} or not has_host or "@" in parts.netloc:
        shown = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        message = f"{shown}: expected an http or https URL without a user or password"
        raise CaptureError(message, reason="url", retry=False)
    return url


def origin(url: str) -> str:
    """Return scheme, name and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def host(url: str) -> str:
    """Return the name alone, in lower case."""
    return urlsplit(url).hostname or ""


def redirected(url: str, location: str, allow: frozenset[str]) -> str:
    """Return where a redirect leads, if we go there.

    Raises:
        CaptureError: out of TLS, or from outside to a private host (whose address
            is checked again when it is dialled, for all that are not in `allow`).
    """
    try:
        target = checked(urldefrag(urljoin(url, location)).url)
    except ValueError as error:
        message = f"{url}: expected a redirect to a URL, got {location!r}"
        raise CaptureError(message, reason="redirect", retry=False) from error
    if url.startswith("https:") and target.startswith("http:"):
        message = f"{url}: expected a redirect to stay with https, got {target}"
        raise CaptureError(message, reason="redirect", retry=False)
    # The operator allowed a private host to watches, not to whoever names it.
    if host(target) in allow and host(url) not in allow:
        message = f"{url}: expected a redirect to a public host, got {target}"
        raise CaptureError(message, reason="address", retry=False)
    return target

"""Ed25519 signatures, by the OpenSSL that Python has loaded for TLS anyway.

cryptography has an OpenSSL of its own, which takes 7 MB from the first signature on:
more than is left below the 120 MB that a daemon may take. It checks signatures, which
daemons do not, and signs where Python was built so that its OpenSSL cannot be reached.
"""

import ctypes
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Final, TypeAlias

Sign: TypeAlias = Callable[[bytes], bytes]

_ED25519: Final = 1087
"""What OpenSSL calls the kind of key (NID_ED25519)."""
_KEY_BYTES: Final = 32
_SIGNATURE_BYTES: Final = 64
_POINTER: Final = ctypes.c_void_p
_BYTES: Final = ctypes.c_char_p
_SIZE: Final = ctypes.c_size_t
_SIZES: Final = ctypes.POINTER(ctypes.c_size_t)
_FUNCTIONS: Final = (
    # (name, what it returns, what it takes), as evp.h has them since OpenSSL 1.1.1.
    ("EVP_PKEY_new_raw_private_key", _POINTER, (ctypes.c_int, _POINTER, _BYTES, _SIZE)),
    ("EVP_PKEY_get_raw_public_key", ctypes.c_int, (_POINTER, _BYTES, _SIZES)),
    ("EVP_MD_CTX_new", _POINTER, ()),
    ("EVP_MD_CTX_free", None, (_POINTER,)),
    ("EVP_DigestSignInit", ctypes.c_int, (_POINTER,) * 5),
    ("EVP_DigestSign", ctypes.c_int, (_POINTER, _BYTES, _SIZES, _BYTES, _SIZE)),
)


def signer(seed: bytes) -> tuple[bytes, Sign]:
    """Return the public key of a secret, and what signs with it."""
    return by_python(seed) or by_cryptography(seed)


def by_python(seed: bytes) -> tuple[bytes, Sign] | None:
    """Return the same by Python's own OpenSSL; None where that cannot be reached."""
    lib = _library()
    key = lib and lib.EVP_PKEY_new_raw_private_key(_ED25519, None, seed, len(seed))
    if lib is None or not key:
        return None
    public, size = ctypes.create_string_buffer(_KEY_BYTES), _SIZE(_KEY_BYTES)
    if lib.EVP_PKEY_get_raw_public_key(key, public, ctypes.byref(size)) != 1:
        return None

    def sign(text: bytes) -> bytes:
        context = lib.EVP_MD_CTX_new()
        made, length = (
            ctypes.create_string_buffer(_SIGNATURE_BYTES),
            _SIZE(_SIGNATURE_BYTES),
        )
        try:
            good = lib.EVP_DigestSignInit(context, None, None, None, key) == 1
            size = ctypes.byref(length)
            good = (
                good and lib.EVP_DigestSign(context, made, size, text, len(text)) == 1
            )
        finally:
            lib.EVP_MD_CTX_free(context)
        if not good or length.value != _SIGNATURE_BYTES:
            raise RuntimeError("OpenSSL could not sign")
        return made.raw

    return public.raw, sign


def by_cryptography(seed: bytes) -> tuple[bytes, Sign]:
    """Return the same by cryptography."""
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415

    key = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
    return key.public_key().public_bytes_raw(), key.sign


@cache
def _library() -> ctypes.CDLL | None:
    """Return the library behind `ssl`; None where it is built in, or too old."""
    spec = find_spec("_ssl")
    try:
        lib = ctypes.CDLL(spec.origin if spec and spec.origin else "")
        for name, returns, takes in _FUNCTIONS:
            function = getattr(lib, name)
            function.restype, function.argtypes = returns, takes
    except (OSError, AttributeError):
        return None
    return lib

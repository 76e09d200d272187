from clausewatch.core.digest import sha256
from clausewatch.core.secrets import hidden


def test_cookies_are_kept_as_hashes_with_names_and_attributes():
    hashed = f"sha256:{sha256(b'tok=en')}"

    assert hidden([("set-cookie", "sid=tok=en; Path=/; Secure")]) == (
        ("set-cookie", f"sid={hashed}; Path=/; Secure"),
    )
    assert hidden([("cookie", "sid=tok=en; a=tok=en")]) == (
        ("cookie", f"sid={hashed}; a={hashed}"),
    )


def test_a_cookie_without_a_name_is_all_secret():
    assert "token" not in str(hidden([("set-cookie", "token"), ("cookie", "token")]))


def test_nothing_is_kept_of_what_lets_the_operator_in():
    assert hidden([("authorization", "Basic eA==")]) == (("authorization", "***"),)


def test_what_is_hidden_already_stays_as_it_is():
    once = hidden([("set-cookie", "sid=1; Path=/"), ("cookie", "a=b"), ("etag", "x")])

    assert hidden(once) == once

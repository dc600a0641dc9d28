"""The key is taken out in every form in which it can come back."""

import base64
import html
import json
import string
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.http.redaction import REDACTED, Redactor

FORMS: dict[str, Callable[[str], str]] = {
    "itself": str,
    "JSON": lambda key: json.dumps(key)[1:-1],
    "JSON of PHP": lambda key: json.dumps(key)[1:-1].replace("/", "\\/"),
    "JSON in JSON": lambda key: json.dumps(json.dumps(key))[3:-3],
    "unicode escapes": lambda key: "".join(f"\\u{ord(letter):04x}" for letter in key),
    "large unicode escapes": lambda key: "".join(f"\\u{ord(letter):04X}" for letter in key),
    "percent-encoding": lambda key: quote(key, safe=""),
    "small percent-encoding": lambda key: "".join(f"%{ord(letter):02x}" for letter in key),
    "percent-encoding of a form": quote_plus,
    "percent-encoding twice": lambda key: quote(quote(key, safe=""), safe=""),
    "HTML": html.escape,
    "HTML entities": lambda key: "".join(f"&#{ord(letter)};" for letter in key),
    "hexadecimal": lambda key: key.encode().hex(),
    "large hexadecimal": lambda key: key.encode().hex().upper(),
    "capitals": str.upper,
}
KEYS = st.text(string.ascii_letters + string.digits + string.punctuation, min_size=8, max_size=40)


@pytest.mark.parametrize("form", FORMS)
@settings(deadline=None)
@given(key=KEYS, before=st.sampled_from(["", "key: ", '{"message":"', "%20"]), after=st.sampled_from(["", '"}', " x"]))
def test_no_form_of_the_key_is_left(form: str, key: str, before: str, after: str) -> None:
    encoded = FORMS[form](key)
    redactor = Redactor(key)

    assert encoded not in redactor.text(f"{before}{encoded}{after}")
    assert REDACTED in redactor.text(f"{before}{encoded}{after}")
    assert redactor.body(f"{before}{encoded}{after}".encode()) == redactor.text(f"{before}{encoded}{after}").encode()


@settings(deadline=None)
@given(key=KEYS, before=st.text(string.ascii_letters, max_size=5), after=st.text(string.ascii_letters, max_size=5))
def test_no_base64_that_holds_the_key_can_be_decoded(key: str, before: str, after: str) -> None:
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        encoded = encode(f"{before}{key}{after}".encode()).decode()
        left = Redactor(key).text(encoded)

        assert REDACTED in left
        assert len(left.replace(REDACTED, "")) <= len(encoded) - 4 * (len(key) // 3 - 1)


@settings(deadline=None)
@given(key=KEYS, text=st.text(string.ascii_lowercase + " ,.", max_size=60))
def test_other_text_is_left_as_it_is(key: str, text: str) -> None:
    if key.lower() not in text and key[:-1].lower() not in text:
        assert Redactor(key).text(text) == text


def test_other_secrets_are_taken_out_as_well() -> None:
    assert Redactor("sk-very-secret-key", "header-secret").text("a header-secret%2d") == f"a {REDACTED}%2d"


@pytest.mark.parametrize("key", ["k", "ab", "abc"])
def test_a_short_key_is_taken_out_as_it_is(key: str) -> None:
    assert Redactor(key).text(f"<{key}>") == f"<{REDACTED}>"

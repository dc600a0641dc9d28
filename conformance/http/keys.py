"""The key as each request carries it: ours, none, or one that is none."""

from conformance.exchange import AuthVariant

WRONG_KEY = "this-is-not-a-key"
SCHEMES = {AuthVariant.SMALL_SCHEME: "bearer", AuthVariant.OTHER_SCHEME: "Token", AuthVariant.BASIC_SCHEME: "Basic"}


def authorization(key: str, variant: AuthVariant) -> str:
    """Return the value of the header Authorization; empty where a request has none."""
    if variant is AuthVariant.NONE:
        return ""
    sent = {
        AuthVariant.WRONG: WRONG_KEY,
        AuthVariant.EMPTY: "",
        AuthVariant.CUT: key[:-1],
        AuthVariant.LONGER: f"{key}x",
        # A key without letters has no other case.
        AuthVariant.OTHER_CASE: key.swapcase() if key.swapcase() != key else WRONG_KEY,
        AuthVariant.SPLIT: f"{key[:1]} {key[1:]}",
    }
    return f"{SCHEMES.get(variant, 'Bearer')} {sent.get(variant, key)}"

"""Contradictory settings are refused in a sentence."""

from typing import Any

import pytest

from mock_server.factory import ConfigError, MockConfig, create_mock


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"mocked": ["getMilestone"]}, "Without --upstream"),
        ({"mocked": ["getMilestones"], "upstream": "http://127.0.0.1:1/api"}, "no operation getMilestones"),
        ({"mocked": ["getMilestone"], "upstream": "http://127.0.0.1:1/api", "keys": ["real"]}, "share one account"),
    ],
)
def test_what_cannot_be_mocked_is_said(config: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        create_mock(MockConfig(**config))


@pytest.mark.parametrize(
    "url",
    [
        "crm.example.com",
        "ftp://crm.example.com",
        "https://",
        "https://[",
        "https://crm.example.com:99999",
        "http://h/?a=b",
    ],
)
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="is not a base URL"):
        create_mock(MockConfig(upstream=url))


def test_a_url_with_credentials_is_refused_without_telling_them() -> None:
    with pytest.raises(ConfigError, match="has no credentials") as caught:
        create_mock(MockConfig(upstream="https://me:open-sesame@crm.example.com/api"))
    assert "sesame" not in str(caught.value)

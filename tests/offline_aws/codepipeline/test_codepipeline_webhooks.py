"""Webhooks: kept and listed."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from declared import Shape, pipeline

from offline_aws import OfflineAWS

GITHUB = {"authentication": "GITHUB_HMAC", "authenticationConfiguration": {"SecretToken": "hush"}}


def hook(**more: Any) -> Shape:
    return {
        "name": "hook",
        "targetPipeline": "shop",
        "targetAction": "Source",
        "filters": [{"jsonPath": "$.ref", "matchEquals": "refs/heads/{Branch}"}],
        **GITHUB,
        **more,
    }


def error_of(client: Any, operation: str, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        getattr(client, operation)(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.fixture
def shop(aws: OfflineAWS, client: Any) -> Any:
    """A client of an account with a pipeline."""
    client.create_pipeline(pipeline=pipeline())
    return client


def test_a_webhook_is_kept_and_its_secret_redacted(shop: Any) -> None:
    put = shop.put_webhook(webhook=hook(), tags=[{"key": "a", "value": "b"}])["webhook"]
    assert put["definition"] == hook()
    assert put["arn"] == "arn:aws:codepipeline:us-east-1:123456789012:webhook:hook"
    assert put["url"].startswith("https://us-east-1.webhooks.aws/trigger?t=")
    (listed,) = shop.list_webhooks()["webhooks"]
    hidden = hook(authenticationConfiguration={"SecretToken": "****"})
    assert listed == {**put, "definition": hidden}


def test_a_webhook_put_again_keeps_its_url(shop: Any) -> None:
    first = shop.put_webhook(webhook=hook())["webhook"]
    ip = {"authentication": "IP", "authenticationConfiguration": {"AllowedIPRange": "10.0.0.0/8"}}
    second = shop.put_webhook(webhook=hook(**ip))["webhook"]
    assert second["url"] == first["url"]
    assert shop.list_webhooks()["webhooks"] == [second]
    shop.delete_webhook(name="hook")
    shop.delete_webhook(name="hook")
    assert shop.list_webhooks()["webhooks"] == []
    assert shop.put_webhook(webhook=hook())["webhook"]["url"] != first["url"]


def test_webhooks_in_pages(shop: Any) -> None:
    for name in ("b", "c", "a"):
        shop.put_webhook(webhook=hook(name=name))
    first = shop.list_webhooks(MaxResults=2)
    second = shop.list_webhooks(MaxResults=2, NextToken=first["NextToken"])
    listed = [*first["webhooks"], *second["webhooks"]]
    assert [one["definition"]["name"] for one in listed] == ["a", "b", "c"]
    assert "NextToken" not in second


def test_registering_changes_nothing(shop: Any) -> None:
    shop.put_webhook(webhook=hook())
    before = shop.list_webhooks()["webhooks"]
    shop.register_webhook_with_third_party(webhookName="hook")
    shop.deregister_webhook_with_third_party(webhookName="hook")
    assert shop.list_webhooks()["webhooks"] == before


@pytest.mark.parametrize("operation", ["register", "deregister"])
def test_a_webhook_that_there_is_not(client: Any, operation: str) -> None:
    method = f"{operation}_webhook_with_third_party"
    assert error_of(client, method, webhookName="hook") == (
        "WebhookNotFoundException",
        "Account '123456789012' does not have a webhook with name 'hook'",
    )
    code, _ = error_of(client, method)
    assert code == "ValidationException"


@pytest.mark.parametrize(
    ("changed", "code", "message"),
    [
        ({"targetPipeline": "nobody"}, "PipelineNotFoundException", "'nobody'"),
        ({"targetAction": "Approve"}, "ValidationException", "is not a source action"),
        (
            {"authenticationConfiguration": {}},
            "InvalidWebhookAuthenticationParametersException",
            "Optional['authenticationConfig' should contain only one property: 'SecretToken']",
        ),
        (
            {"authenticationConfiguration": {"SecretToken": "a", "AllowedIPRange": "10.0.0.0/8"}},
            "InvalidWebhookAuthenticationParametersException",
            "Optional['authenticationConfig' should contain only one property: 'SecretToken']",
        ),
        (
            {"authentication": "UNAUTHENTICATED"},
            "InvalidWebhookAuthenticationParametersException",
            "should not be provided",
        ),
        (
            {
                "authentication": "IP",
                "authenticationConfiguration": {"AllowedIPRange": "10.0.0.0/99"},
            },
            "InvalidWebhookAuthenticationParametersException",
            "10.0.0.0/99 is not a CIDR range",
        ),
        (
            {"filters": [{"jsonPath": "ref"}]},
            "InvalidWebhookFilterPatternException",
            "'ref'",
        ),
        ({"filters": [{"jsonPath": "$.a"}] * 6}, "ValidationException", "less than or equal to 5"),
    ],
)
def test_a_webhook_that_cannot_be(shop: Any, changed: Shape, code: str, message: str) -> None:
    found, said = error_of(shop, "put_webhook", webhook=hook(**changed))
    assert found == code
    assert message in said
    assert shop.list_webhooks()["webhooks"] == []


def test_300_webhooks(shop: Any) -> None:
    for number in range(300):
        shop.put_webhook(webhook=hook(name=f"hook{number}"))
    shop.put_webhook(webhook=hook(name="hook7"))
    code, _ = error_of(shop, "put_webhook", webhook=hook(name="one-more"))
    assert code == "LimitExceededException"

"""Webhooks: kept and listed. No third party is told of one, and nothing listens at its URL."""

from __future__ import annotations

import ipaddress

from offline_aws.codepipeline import tagging
from offline_aws.codepipeline.checks import codepipeline_operation, invalid
from offline_aws.codepipeline.paging import page
from offline_aws.codepipeline.store import Pipelines, Shape, find_pipeline
from offline_aws.codepipeline.webhook_store import Webhook, Webhooks
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_LIMIT = 300
_REDACTED = "****"
#: The one property of the authentication's configuration that each kind takes.
_PROPERTY = {"GITHUB_HMAC": "SecretToken", "IP": "AllowedIPRange", "UNAUTHENTICATED": ""}


@codepipeline_operation("PutWebhook")
def put_webhook(call: Call, parameters: Shape) -> Shape:
    """Make a webhook, or give one that there is another definition; its URL stays."""
    definition, webhooks = parameters["webhook"], call.state(Webhooks)
    name = definition["name"]
    _check_target(call, definition)
    _check_authentication(definition)
    _check_filters(definition)
    known = webhooks.by_name.get(name)
    if known is None and len(webhooks.by_name) >= _LIMIT:
        raise AwsError(
            "LimitExceededException",
            f"The number of webhooks exceeds the limit of {_LIMIT} for the account.",
        )
    before = known.tags if known else {}
    tags = tagging.tagged(before, parameters.get("tags", []), _arn(call, name))
    webhook = Webhook(definition, known.url if known else _url(call), tags)
    webhooks.by_name[name] = webhook
    return {"webhook": _described(call, webhook, definition)}


@codepipeline_operation("ListWebhooks")
def list_webhooks(call: Call, parameters: Shape) -> Shape:
    """Return the webhooks, their secrets redacted."""
    by_name = call.state(Webhooks).by_name
    found = [_described(call, by_name[name], _redacted(by_name[name])) for name in sorted(by_name)]
    asked = {"nextToken": parameters.get("NextToken"), "maxResults": parameters.get("MaxResults")}
    answer = page("webhooks", found, {k: v for k, v in asked.items() if v})
    token = answer.pop("nextToken", None)
    return {**answer, "NextToken": token} if token else answer


@codepipeline_operation("DeleteWebhook")
def delete_webhook(call: Call, parameters: Shape) -> Shape:
    """Delete a webhook, if there is one."""
    call.state(Webhooks).by_name.pop(parameters["name"], None)
    return {}


@codepipeline_operation("RegisterWebhookWithThirdParty")
def register_webhook(call: Call, parameters: Shape) -> Shape:
    """Take note that a third party should call a webhook; offline none does."""
    _check_known(call, parameters)
    return {}


@codepipeline_operation("DeregisterWebhookWithThirdParty")
def deregister_webhook(call: Call, parameters: Shape) -> Shape:
    """Take note that no third party should call a webhook."""
    _check_known(call, parameters)
    return {}


def _check_known(call: Call, parameters: Shape) -> None:
    name = parameters.get("webhookName")
    if name is None:
        raise invalid("1 validation error detected: Value at 'webhookName' must not be null")
    if name not in call.state(Webhooks).by_name:
        raise AwsError(
            "WebhookNotFoundException",
            f"Account '{call.account}' does not have a webhook with name '{name}'",
        )


def _check_target(call: Call, definition: Shape) -> None:
    pipeline = find_pipeline(call, definition["targetPipeline"])
    sources = [action["name"] for action in pipeline.declaration["stages"][0]["actions"]]
    if definition["targetAction"] not in sources:
        raise invalid(
            f"The action '{definition['targetAction']}' is not a source action of the pipeline "
            f"'{pipeline.name}'"
        )


def _check_authentication(definition: Shape) -> None:
    wanted = _PROPERTY[definition["authentication"]]
    given = definition["authenticationConfiguration"]
    if set(given) != ({wanted} - {""}):
        said = (
            f"should contain only one property: '{wanted}'" if wanted else "should not be provided"
        )
        raise _wrong_authentication(f"Optional['authenticationConfig' {said}]")
    if wanted == "AllowedIPRange":
        try:
            ipaddress.ip_network(given[wanted], strict=False)
        except ValueError:
            raise _wrong_authentication(f"{given[wanted]} is not a CIDR range") from None


def _check_filters(definition: Shape) -> None:
    for one in definition["filters"]:
        if not one["jsonPath"].startswith("$"):
            raise AwsError(
                "InvalidWebhookFilterPatternException",
                f"The JSON path '{one['jsonPath']}' does not begin with $.",
            )


def _wrong_authentication(message: str) -> AwsError:
    return AwsError("InvalidWebhookAuthenticationParametersException", message)


def _described(call: Call, webhook: Webhook, definition: Shape) -> Shape:
    shown = {
        "definition": definition,
        "url": webhook.url,
        "arn": _arn(call, webhook.definition["name"]),
    }
    return {**shown, "tags": tagging.shown(webhook.tags)} if webhook.tags else shown


def _redacted(webhook: Webhook) -> Shape:
    configuration = webhook.definition["authenticationConfiguration"]
    hidden = {"SecretToken": _REDACTED} if "SecretToken" in configuration else {}
    return {**webhook.definition, "authenticationConfiguration": configuration | hidden}


def _arn(call: Call, name: str) -> str:
    return f"arn:aws:codepipeline:{call.region}:{call.account}:webhook:{name}"


def _url(call: Call) -> str:
    token = call.state(Pipelines).new_id(call)
    return f"https://{call.region}.webhooks.aws/trigger?t={token}&v=1"

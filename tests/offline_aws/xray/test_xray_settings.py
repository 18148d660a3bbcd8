"""Groups, tags, encryption, destination, indexing, policies, and what is absent."""

from __future__ import annotations

import json

import boto3
import pytest
from xray_lab import MONDAY, NINE, XrayLab, entity, http, new_trace, segment

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "xray.amazonaws.com"},
            "Action": "logs:PutLogEvents",
            "Resource": "arn:aws:logs:us-east-1:123456789012:log-group:aws/spans:*",
        }
    ],
}


def test_groups_are_made_changed_and_deleted(lab: XrayLab) -> None:
    made = lab.xray.create_group(
        GroupName="slow",
        FilterExpression="duration > 2",
        InsightsConfiguration={"InsightsEnabled": True},
    )["Group"]
    assert made["GroupARN"].startswith("arn:aws:xray:us-east-1:123456789012:group/slow/")
    assert made["InsightsConfiguration"] == {"InsightsEnabled": True, "NotificationsEnabled": False}
    arn = made["GroupARN"]
    changed = lab.xray.update_group(GroupARN=arn, FilterExpression="fault")["Group"]
    assert changed == {**made, "FilterExpression": "fault"}
    assert lab.xray.get_group(GroupName="slow")["Group"] == changed
    names = [each["GroupName"] for each in lab.xray.get_groups()["Groups"]]
    assert names == ["Default", "slow"]
    lab.xray.delete_group(GroupName="slow")
    assert "not found" in lab.error("get_group", GroupARN=arn)[1]


def test_groups_that_cannot_be(lab: XrayLab) -> None:
    wrong = lab.error("create_group", GroupName="a", FilterExpression="speed > 1")[1]
    assert "column 1" in wrong
    assert "exists already" in lab.error("create_group", GroupName="Default")[1]
    assert "cannot be deleted" in lab.error("delete_group", GroupName="Default")[1]
    default = {"GroupName": "Default", "FilterExpression": "ok"}
    assert "every trace" in lab.error("update_group", **default)[1]
    insights = {"InsightsConfiguration": {"NotificationsEnabled": True}}
    assert "needs InsightsEnabled" in lab.error("create_group", GroupName="a", **insights)[1]
    assert "must be specified" in lab.error("get_group")[1]
    for i in range(25):
        lab.xray.create_group(GroupName=f"g{i}")
    assert "at most 25" in lab.error("create_group", GroupName="last")[1]
    assert (
        sum(len(page["Groups"]) for page in lab.xray.get_paginator("get_groups").paginate()) == 26
    )


def test_groups_in_expressions_may_not_go_in_a_circle(lab: XrayLab) -> None:
    trace = new_trace()
    lab.put(segment("orders", trace, 0, 3))
    arn = lab.xray.create_group(GroupName="slow", FilterExpression="duration > 2")["Group"][
        "GroupARN"
    ]
    lab.xray.create_group(GroupName="all", FilterExpression='group.name = "slow" and ok')
    assert lab.found(f'group.name = "all" and group.arn = "{arn}"') == {trace}
    assert lab.found('group.name != "slow"') == set()
    lab.xray.update_group(GroupName="slow", FilterExpression='group.name = "all"')
    assert "refer to each other" in lab.wrong('group.name = "all"')


def test_groups_and_rules_have_tags(lab: XrayLab) -> None:
    tags = [{"Key": "team", "Value": "web"}]
    arn = lab.xray.create_group(GroupName="slow", Tags=tags)["Group"]["GroupARN"]
    lab.xray.tag_resource(ResourceARN=arn, Tags=[{"Key": "cost", "Value": "1"}])
    lab.xray.untag_resource(ResourceARN=arn, TagKeys=["team", "none"])
    assert lab.xray.list_tags_for_resource(ResourceARN=arn)["Tags"] == [
        {"Key": "cost", "Value": "1"}
    ]
    (rule,) = lab.xray.get_sampling_rules()["SamplingRuleRecords"]
    rule_arn = rule["SamplingRule"]["RuleARN"]
    lab.xray.tag_resource(ResourceARN=rule_arn, Tags=tags)
    assert lab.xray.list_tags_for_resource(ResourceARN=rule_arn)["Tags"] == tags
    reserved = {"ResourceARN": arn, "Tags": [{"Key": "aws:x", "Value": "1"}]}
    assert "reserved" in lab.error("tag_resource", **reserved)[1]
    many = [{"Key": f"k{i}", "Value": ""} for i in range(50)]
    assert lab.error("tag_resource", ResourceARN=arn, Tags=many)[0] == "TooManyTagsException"
    code, _ = lab.error("list_tags_for_resource", ResourceARN="arn:aws:xray:x:1:group/none")
    assert code == "ResourceNotFoundException"


def test_encryption_takes_a_while(lab: XrayLab) -> None:
    assert lab.xray.get_encryption_config()["EncryptionConfig"] == {
        "Type": "NONE",
        "Status": "ACTIVE",
    }
    key = boto3.client("kms").create_key()["KeyMetadata"]
    put = lab.xray.put_encryption_config(Type="KMS", KeyId=key["KeyId"])["EncryptionConfig"]
    assert put == {"Type": "KMS", "KeyId": key["Arn"], "Status": "UPDATING"}
    lab.aws.clock.advance(minutes=1)
    assert lab.xray.get_encryption_config()["EncryptionConfig"]["Status"] == "ACTIVE"
    assert "needs a KeyId" in lab.error("put_encryption_config", Type="KMS")[1]
    assert "cannot be used" in lab.error("put_encryption_config", Type="KMS", KeyId="none")[1]
    assert "no KeyId" in lab.error("put_encryption_config", Type="NONE", KeyId="x")[1]


def test_transaction_search_indexes_one_trace_in_a_hundred(lab: XrayLab) -> None:
    assert lab.xray.get_trace_segment_destination()["Destination"] == "XRay"
    to_logs = {"Destination": "CloudWatchLogs"}
    assert "permission" in lab.error("update_trace_segment_destination", **to_logs)[1]
    policy = json.dumps(POLICY)
    boto3.client("logs").put_resource_policy(policyName="spans", policyDocument=policy)
    assert lab.xray.update_trace_segment_destination(**to_logs)["Status"] == "PENDING"
    lab.aws.clock.advance(minutes=1)
    assert lab.xray.get_trace_segment_destination()["Status"] == "ACTIVE"
    traces = [new_trace() for _ in range(500)]
    lab.put(*(segment("orders", trace, 0, 1) for trace in traces))
    found = lab.found()
    assert 0 < len(found) < 25
    hidden = next(each for each in traces if each not in found)
    assert lab.xray.batch_get_traces(TraceIds=[hidden])["Traces"][0]["Id"] == hidden
    rule = {"Probabilistic": {"DesiredSamplingPercentage": 100}}
    lab.xray.update_indexing_rule(Name="Default", Rule=rule)
    lab.put(segment("orders", new_trace(), 0, 1))
    (shown,) = lab.xray.get_indexing_rules()["IndexingRules"]
    assert shown["Rule"]["Probabilistic"]["ActualSamplingPercentage"] == 100
    assert shown["ModifiedAt"] == lab.aws.clock.now()
    more = {"Probabilistic": {"DesiredSamplingPercentage": 101}}
    assert "0 to 100" in lab.error("update_indexing_rule", Name="Default", Rule=more)[1]
    assert "Default" in lab.error("update_indexing_rule", Name="mine", Rule=rule)[1]
    assert lab.xray.update_trace_segment_destination(Destination="XRay")["Status"] == "PENDING"


def test_transaction_search_writes_every_span_to_its_log_group(lab: XrayLab) -> None:
    logs = boto3.client("logs")
    logs.put_resource_policy(policyName="spans", policyDocument=json.dumps(POLICY))
    lab.xray.update_trace_segment_destination(Destination="CloudWatchLogs")
    query = entity("orders@db", 0.2, 0.7, namespace="remote", sql={"sanitized_query": "SELECT 1"})
    step = entity("find", 0.1, 0.8, subsegments=[query], fault=True)
    more = {"annotations": {"tier": "gold"}, "subsegments": [step]}
    root = segment("orders", new_trace(), 0, 1, http=http(404), **more)
    lab.put(root, segment("old", new_trace(), -90_000, -89_000))
    long = {"annotations": {"n": "x" * 60_000}}
    lab.put(*(segment("big", new_trace(), 0, 1, **long) for _ in range(40)))
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName="aws/spans")
    found = [json.loads(event["message"]) for page in pages for event in page["events"]]
    assert len(found) == 44
    spans = {each["name"]: each for each in found}
    assert spans["orders"] == {
        "traceId": root["trace_id"][2:].replace("-", ""),
        "spanId": root["id"],
        "name": "orders",
        "kind": "SERVER",
        "startTimeUnixNano": int(NINE) * 10**9,
        "endTimeUnixNano": int(NINE + 1) * 10**9,
        "durationNano": 10**9,
        "attributes": {
            "aws.local.service": "orders",
            "tier": "gold",
            "http.response.status_code": 404,
        },
        "status": {"code": "UNSET"},
    }
    assert (spans["find"]["parentSpanId"], spans["find"]["kind"]) == (root["id"], "INTERNAL")
    assert spans["find"]["status"]["code"] == "ERROR"
    assert (spans["orders@db"]["parentSpanId"], spans["orders@db"]["kind"]) == (
        step["id"],
        "CLIENT",
    )
    assert spans["orders@db"]["attributes"]["db.statement"] == "SELECT 1"


@pytest.mark.parametrize(
    "change",
    [
        {"Effect": "Deny"},
        {"Principal": {"Service": "lambda.amazonaws.com"}},
        {"Action": ["logs:CreateLogStream"]},
        {"Resource": "arn:aws:logs:us-east-1:123456789012:log-group:other"},
    ],
)
def test_another_policy_does_not_let_x_ray_write(lab: XrayLab, change: dict[str, object]) -> None:
    policy = {**POLICY, "Statement": [{**POLICY["Statement"][0], **change}]}  # type: ignore[dict-item]
    logs = boto3.client("logs")
    logs.put_resource_policy(policyName="spans", policyDocument=json.dumps(policy))
    code, _ = lab.error("update_trace_segment_destination", Destination="CloudWatchLogs")
    assert code == "InvalidRequestException"


def test_resource_policies_have_revisions(lab: XrayLab) -> None:
    policy = {"PolicyName": "shop", "PolicyDocument": json.dumps(POLICY)}
    made = lab.xray.put_resource_policy(**policy)["ResourcePolicy"]
    assert (made["PolicyRevisionId"], made["LastUpdatedTime"]) == ("1", MONDAY)
    again = lab.xray.put_resource_policy(**policy, PolicyRevisionId="1")["ResourcePolicy"]
    assert lab.xray.list_resource_policies()["ResourcePolicies"] == [again]
    code, _ = lab.error("put_resource_policy", **policy, PolicyRevisionId="0")
    assert code == "InvalidPolicyRevisionIdException"
    wrong = {"PolicyName": "x", "PolicyDocument": "{}"}
    assert lab.error("put_resource_policy", **wrong)[0] == "MalformedPolicyDocumentException"
    large = {"PolicyName": "x", "PolicyDocument": " " * 5121}
    assert lab.error("put_resource_policy", **large)[0] == "PolicySizeLimitExceededException"
    for i in range(4):
        lab.xray.put_resource_policy(**{**policy, "PolicyName": f"p{i}"})
    more = {**policy, "PolicyName": "last"}
    assert lab.error("put_resource_policy", **more)[0] == "PolicyCountLimitExceededException"
    lab.xray.delete_resource_policy(PolicyName="shop", PolicyRevisionId="2")
    assert "no resource policy" in lab.error("delete_resource_policy", PolicyName="shop")[1]


def test_insights_and_retrievals_are_refused_by_name(lab: XrayLab) -> None:
    code, message = lab.error("get_insight_summaries", **lab.hour)
    assert code == "NotSimulatedOffline"
    assert "insights" in message
    retrieval = {**lab.hour, "TraceIds": [new_trace()]}
    assert lab.error("start_trace_retrieval", **retrieval)[0] == "NotSimulatedOffline"
    assert lab.xray.put_telemetry_records(TelemetryRecords=[{"Timestamp": MONDAY}])

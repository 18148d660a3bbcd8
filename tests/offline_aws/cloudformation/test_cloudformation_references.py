"""References of resources to each other and to what is elsewhere; loops that make resources."""

from __future__ import annotations

import json

from stack_lab import NOTHING, StackLab, aws_client, refusal

ALLOWED = {"Capabilities": ["CAPABILITY_AUTO_EXPAND"]}


def test_a_loop_of_the_language_extensions_makes_resources_and_outputs(lab: StackLab) -> None:
    lab.create(
        {
            "Transform": "AWS::LanguageExtensions",
            "Parameters": {"Names": {"Type": "CommaDelimitedList", "Default": "Orders,Bills"}},
            "Resources": {
                "Fn::ForEach::Queues": [
                    "Name",
                    {"Ref": "Names"},
                    {
                        "Queue${Name}": {
                            "Type": "AWS::SQS::Queue",
                            "Properties": {"QueueName": {"Fn::Sub": "shop-${Name}"}},
                        }
                    },
                ]
            },
            "Outputs": {
                "Fn::ForEach::Names": [
                    "Name",
                    ["Orders", "Bills"],
                    {"Of${Name}": {"Value": {"Fn::GetAtt": ["Queue${Name}", "QueueName"]}}},
                ]
            },
        },
        **ALLOWED,
    )
    assert lab.outputs() == {"OfOrders": "shop-Orders", "OfBills": "shop-Bills"}
    processed = lab.client.get_template(StackName="shop", TemplateStage="Processed")
    assert set(processed["TemplateBody"]["Resources"]) == {"QueueOrders", "QueueBills"}
    original = lab.client.get_template(StackName="shop")["TemplateBody"]
    assert set(original["Resources"]) == {"Fn::ForEach::Queues"}


def test_ref_and_get_att_give_what_the_resource_has(lab: StackLab) -> None:
    lab.create(
        {
            "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
            "Outputs": {
                "Url": {"Value": {"Ref": "Queue"}},
                "Arn": {"Value": {"Fn::GetAtt": "Queue.Arn"}},
                "Name": {"Value": {"Fn::Sub": "${Queue.QueueName} at ${Queue}"}},
            },
        }
    )
    url = aws_client("sqs").list_queues()["QueueUrls"][0]
    name = url.rpartition("/")[2]
    arn = f"arn:aws:sqs:us-east-1:123456789012:{name}"
    assert lab.outputs() == {"Url": url, "Arn": arn, "Name": f"{name} at {url}"}
    assert name.startswith("shop-Queue-")


def test_dynamic_references_are_looked_up_for_the_resource_alone(lab: StackLab) -> None:
    aws_client("ssm").put_parameter(Name="/shop/delay", Value="7", Type="String")
    secret = aws_client("secretsmanager").create_secret(
        Name="shop", SecretString='{"label": "hidden"}'
    )
    lab.create(
        {
            "Resources": {
                "Queue": {
                    "Type": "AWS::SQS::Queue",
                    "Properties": {"DelaySeconds": "{{resolve:ssm:/shop/delay}}"},
                },
                "Topic": {
                    "Type": "AWS::SNS::Topic",
                    "Properties": {
                        "DisplayName": {
                            "Fn::Sub": "{{resolve:secretsmanager:shop:SecretString:label}}"
                        }
                    },
                },
            }
        }
    )
    attributes = aws_client("sqs").get_queue_attributes(
        QueueUrl=lab.physical("Queue"), AttributeNames=["DelaySeconds"]
    )["Attributes"]
    assert attributes["DelaySeconds"] == "7"
    topic = aws_client("sns").get_topic_attributes(TopicArn=lab.physical("Topic"))
    assert topic["Attributes"]["DisplayName"] == "hidden"
    shown = json.dumps(lab.client.describe_stack_events(StackName="shop"), default=str)
    assert "hidden" not in shown
    assert secret["Name"] == "shop"


def test_a_transform_that_is_not_there_is_refused_by_name(lab: StackLab) -> None:
    code, message = refusal(
        lab.client.create_stack,
        StackName="shop",
        TemplateBody=json.dumps({"Transform": "AWS::Serverless-2016-10-31", "Resources": NOTHING}),
        **ALLOWED,
    )
    assert code == "NotSimulatedOffline"
    assert "AWS::Serverless-2016-10-31" in message


def test_parameters_of_systems_manager_and_of_aws_s_own_types(lab: StackLab) -> None:
    ssm, ec2 = aws_client("ssm"), aws_client("ec2")
    ssm.put_parameter(Name="/shop/delay", Value="7", Type="String")
    ssm.put_parameter(Name="/shop/zones", Value="a,b", Type="StringList")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    subnets = [each["SubnetId"] for each in ec2.describe_subnets()["Subnets"]][:2]
    template = {
        "Parameters": {
            "Delay": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/shop/delay"},
            "Zones": {"Type": "AWS::SSM::Parameter::Value<List<String>>", "Default": "/shop/zones"},
            "Name": {"Type": "AWS::SSM::Parameter::Name", "Default": "/shop/delay"},
            "Vpc": {"Type": "AWS::EC2::VPC::Id", "Default": vpc},
            "Subnets": {"Type": "List<AWS::EC2::Subnet::Id>", "Default": ",".join(subnets)},
        },
        "Resources": {
            "Queue": {
                "Type": "AWS::SQS::Queue",
                "Properties": {"DelaySeconds": {"Ref": "Delay"}},
            }
        },
        "Outputs": {
            "Zone": {"Value": {"Fn::Select": [1, {"Ref": "Zones"}]}},
            "Subnet": {"Value": {"Fn::Select": [1, {"Ref": "Subnets"}]}},
            "Name": {"Value": {"Ref": "Name"}},
        },
    }
    stack = lab.create(template)
    assert lab.outputs() == {"Zone": "b", "Subnet": subnets[1], "Name": "/shop/delay"}
    assert {
        "ParameterKey": "Delay",
        "ParameterValue": "/shop/delay",
        "ResolvedValue": "7",
    } in stack["Parameters"]
    ssm.put_parameter(Name="/shop/delay", Value="8", Type="String", Overwrite=True)
    assert lab.update(None)["StackStatus"] == "UPDATE_COMPLETE"
    attributes = aws_client("sqs").get_queue_attributes(
        QueueUrl=lab.physical("Queue"), AttributeNames=["All"]
    )["Attributes"]
    assert attributes["DelaySeconds"] == "8"

"""Composite alarms: their rules, what follows their children, and suppressed actions."""

from __future__ import annotations

import json
from typing import Any

from alarm_lab import AlarmLab
from hypothesis import given
from hypothesis import strategies as st
from refused import refusal

from offline_aws.cloudwatch.alarm_rule import Rule, parsed

ARN = "arn:aws:cloudwatch:us-east-1:123456789012:alarm"


def put_children(lab: AlarmLab, *names: str) -> None:
    """Create alarms that keep the state that they are given."""
    for name in names:
        lab.put_alarm(name, MetricName=name, TreatMissingData="ignore")


def put(lab: AlarmLab, rule: str, name: str = "shop", **more: Any) -> None:
    lab.client.put_composite_alarm(AlarmName=name, AlarmRule=rule, **more)


STATES_OF_RULES = [
    ("ALARM(a)", "ALARM"),
    ("OK(a)", "OK"),
    ("INSUFFICIENT_DATA(c)", "ALARM"),
    ("ALARM(a) AND ALARM(b)", "OK"),
    ("ALARM(a) AND NOT ALARM(b)", "ALARM"),
    ("ALARM(b) OR ALARM(a)", "ALARM"),
    ("ALARM(a) OR ALARM(b) AND ALARM(b)", "ALARM"),
    ("(ALARM(a) OR ALARM(b)) AND ALARM(b)", "OK"),
    ("NOT (ALARM(a) AND OK(b))", "OK"),
    ("NOT ALARM(a) OR TRUE", "ALARM"),
    ("FALSE", "OK"),
    ("TRUE", "ALARM"),
    (f'ALARM("{ARN}:a")', "ALARM"),
    (f"ALARM({ARN}:a)", "ALARM"),
    ('ALARM("a (prod)") or not ok(b)', "OK"),
    ("ALARM( a )\nAND\n( OK( b ) )", "ALARM"),
]


def test_rules(lab: AlarmLab) -> None:
    put_children(lab, "a", "b", "c", "a (prod)")
    lab.set_state("ALARM", "a")
    lab.set_state("OK", "b")
    for rule, state in STATES_OF_RULES:
        put(lab, rule)
        assert lab.state("shop") == state, rule


def test_it_follows_its_children(lab: AlarmLab) -> None:
    topic = lab.topic()
    put_children(lab, "a", "b")
    put(lab, "ALARM(a) AND ALARM(b)", AlarmActions=[topic], AlarmDescription="Both")
    alarm = lab.alarm("shop")
    assert alarm["StateReason"] == f"{ARN}:shop was created and its alarm rule evaluates to OK"
    for name in ("a", "b"):
        lab.put(9, name=name)
    lab.clock.advance(minutes=1)
    alarm = lab.alarm("shop")
    assert alarm["StateValue"] == "ALARM"
    said = f"{ARN}:b transitioned to ALARM at Monday 05 January, 2026 09:01:00 UTC"
    assert alarm["StateReason"] == said
    triggering = json.loads(alarm["StateReasonData"])["triggeringAlarms"]
    assert [each["arn"] for each in triggering] == [f"{ARN}:a", f"{ARN}:b"]
    assert triggering[0]["state"] == {
        "value": "ALARM",
        "timestamp": "2026-01-05T09:01:00.000+0000",
    }
    (sent,) = lab.messages()
    message = json.loads(sent["Message"])
    assert message["AlarmRule"] == "ALARM(a) AND ALARM(b)"
    assert (message["NewStateReason"], message["OldStateValue"]) == (said, "OK")
    types = {"AlarmTypes": ["CompositeAlarm"]}
    assert lab.history(**types) == [
        "Alarm updated from INSUFFICIENT_DATA to OK",
        "Alarm updated from OK to ALARM",
    ]
    assert lab.history("Action", **types) == [f"Successfully executed action {topic}"]


def test_one_above_another(lab: AlarmLab) -> None:
    put_children(lab, "a")
    put(lab, "ALARM(a)", "middle")
    put(lab, "ALARM(middle)", "top")
    lab.set_state("ALARM", "a")
    assert [lab.state(name) for name in ("middle", "top")] == ["ALARM", "ALARM"]


def test_a_state_set_by_hand_lasts_until_a_child_changes(lab: AlarmLab) -> None:
    put_children(lab, "a")
    put(lab, "ALARM(a)")
    lab.set_state("ALARM", "shop")
    lab.clock.advance(hours=1)
    assert lab.state("shop") == "ALARM"
    lab.set_state("OK", "a")
    assert lab.state("shop") == "OK"


def test_another_rule(lab: AlarmLab) -> None:
    put_children(lab, "a", "b")
    put(lab, "ALARM(a)")
    put(lab, "NOT ALARM(b)")
    alarm = lab.alarm("shop")
    assert alarm["StateReason"] == f"{ARN}:shop was updated and its alarm rule evaluates to ALARM"
    lab.set_state("ALARM", "a")
    assert lab.state("shop") == "ALARM"
    lab.set_state("ALARM", "b")
    assert lab.state("shop") == "OK"


def test_children_and_parents(lab: AlarmLab) -> None:
    put_children(lab, "a", "b", "c")
    put(lab, "ALARM(a) OR ALARM(b)", "top")
    put(lab, "ALARM(a)", "other")
    children = lab.client.describe_alarms(ChildrenOfAlarmName="top")["MetricAlarms"]
    assert [each["AlarmName"] for each in children] == ["a", "b"]
    assert set(children[0]) == {"AlarmName", "AlarmArn", "StateValue", "StateUpdatedTimestamp"}
    parents = lab.client.describe_alarms(ParentsOfAlarmName="a")["CompositeAlarms"]
    assert [each["AlarmName"] for each in parents] == ["other", "top"]
    assert set(parents[0]) == {"AlarmName", "AlarmArn"}
    for relation in ("ChildrenOfAlarmName", "ParentsOfAlarmName"):
        answer = lab.client.describe_alarms(**{relation: "none"})
        assert answer["MetricAlarms"] == answer["CompositeAlarms"] == []
    code, _ = refusal(lab.client.describe_alarms, ChildrenOfAlarmName="top", StateValue="OK")
    assert code == "ValidationError"


def test_what_is_depended_on_is_not_deleted(lab: AlarmLab) -> None:
    put_children(lab, "a")
    put(lab, "ALARM(a)")
    assert refusal(lab.client.delete_alarms, AlarmNames=["a"]) == (
        "ValidationError",
        "Cannot delete a as there are composite alarm(s) depending on it.",
    )
    lab.client.delete_alarms(AlarmNames=["shop"])
    lab.client.delete_alarms(AlarmNames=["a"])


def test_two_composite_alarms_are_not_deleted_at_once(lab: AlarmLab) -> None:
    put(lab, "TRUE", "one")
    put(lab, "TRUE", "two")
    code, _ = refusal(lab.client.delete_alarms, AlarmNames=["one", "two"])
    assert code == "ValidationError"
    assert lab.state("one") == "ALARM"


def test_a_cycle_is_not_evaluated(lab: AlarmLab) -> None:
    """AWS lets one be made by an update, and stops evaluating it."""
    put_children(lab, "a")
    put(lab, "ALARM(a)", "one")
    put(lab, "ALARM(one)", "two")
    put(lab, "ALARM(a) OR ALARM(two)", "one")
    lab.set_state("ALARM", "a")
    assert [lab.state(name) for name in ("one", "two")] == ["OK", "OK"]
    code, _ = refusal(lab.client.delete_alarms, AlarmNames=["one"])
    assert code == "ValidationError"
    put(lab, "FALSE", "one")
    lab.client.delete_alarms(AlarmNames=["two"])


BAD_RULES = [
    ("ALARM(a) OR ALARM(none)", "as alarms [none] in the alarm rule do not exist"),
    (" ALARM(a)", "must not contain leading or trailing whitespace"),
    ("ALARM(a) AND", "it ends too soon"),
    ("ALARM(a) ALARM(a)", "unexpected 'ALARM(a)'"),
    ("(ALARM(a)", "a closing parenthesis is missing"),
    ("ALARM()", "the name of an alarm in parentheses is missing"),
    ("BROKEN(a)", "unexpected"),
    ("NOT " * 200 + "TRUE", "nested too deeply"),
]


def test_rules_that_are_refused(lab: AlarmLab) -> None:
    put_children(lab, "a")
    call = lab.client.put_composite_alarm
    for rule, said in BAD_RULES:
        code, message = refusal(call, AlarmName="shop", AlarmRule=rule)
        assert code == "ValidationError"
        assert said in message


def test_the_other_kind_of_alarm_has_the_name(lab: AlarmLab) -> None:
    put_children(lab, "a")
    code, _ = refusal(lab.client.put_composite_alarm, AlarmName="a", AlarmRule="TRUE")
    assert code == "ValidationError"


def test_deploying_suppresses(lab: AlarmLab) -> None:
    topic = lab.topic()
    put_children(lab, "a", "deploying")
    suppressed = {
        "ActionsSuppressor": "deploying",
        "ActionsSuppressorWaitPeriod": 60,
        "ActionsSuppressorExtensionPeriod": 120,
        "AlarmActions": [topic],
    }
    put(lab, "ALARM(a)", **suppressed)
    lab.set_state("ALARM", "deploying")
    lab.set_state("ALARM", "a")
    alarm = lab.alarm("shop")
    assert (alarm["StateValue"], alarm["ActionsSuppressedBy"]) == ("ALARM", "Alarm")
    lab.clock.advance(minutes=10)
    assert lab.messages() == []
    lab.set_state("OK", "deploying")
    assert lab.alarm("shop")["ActionsSuppressedBy"] == "ExtensionPeriod"
    lab.clock.advance(seconds=119)
    assert lab.messages() == []
    lab.clock.advance(seconds=1)
    assert len(lab.messages()) == 1
    assert "ActionsSuppressedBy" not in lab.alarm("shop")


def test_the_wait_period(lab: AlarmLab) -> None:
    topic = lab.topic()
    put_children(lab, "a", "deploying")
    put(
        lab,
        "ALARM(a)",
        ActionsSuppressor=f"{ARN}:deploying",
        ActionsSuppressorWaitPeriod=60,
        ActionsSuppressorExtensionPeriod=0,
        AlarmActions=[topic],
    )
    lab.clock.advance(minutes=2)
    lab.set_state("ALARM", "a")
    assert lab.alarm("shop")["ActionsSuppressedBy"] == "WaitPeriod"
    lab.clock.advance(seconds=60)
    assert len(lab.messages()) == 1
    lab.set_state("OK", "a")
    lab.clock.advance(minutes=2)
    # This time the suppressor comes in time, and the alarm has recovered when it leaves.
    lab.set_state("ALARM", "a")
    lab.set_state("ALARM", "deploying")
    lab.clock.advance(minutes=5)
    lab.set_state("OK", "a")
    lab.set_state("OK", "deploying")
    lab.clock.advance(minutes=5)
    assert lab.messages() == []


BAD_SUPPRESSORS: list[dict[str, Any]] = [
    {"ActionsSuppressorWaitPeriod": 60},
    {"ActionsSuppressor": "a"},
    {
        "ActionsSuppressor": "none",
        "ActionsSuppressorWaitPeriod": 1,
        "ActionsSuppressorExtensionPeriod": 1,
    },
    {
        "ActionsSuppressor": "a",
        "ActionsSuppressorWaitPeriod": -1,
        "ActionsSuppressorExtensionPeriod": 1,
    },
]


def test_suppressors_that_are_refused(lab: AlarmLab) -> None:
    put_children(lab, "a")
    call = lab.client.put_composite_alarm
    for settings in BAD_SUPPRESSORS:
        code, _ = refusal(call, AlarmName="shop", AlarmRule="ALARM(a)", **settings)
        assert code == "ValidationError"


NAMES = ("a", "b c", "d(e)")
RULES = st.recursive(
    st.one_of(
        st.sampled_from(["TRUE", "FALSE"]).map(Rule),
        st.builds(
            lambda state, name: Rule(state, name=name),
            st.sampled_from(["OK", "ALARM", "INSUFFICIENT_DATA"]),
            st.sampled_from(NAMES),
        ),
    ),
    lambda rules: st.one_of(
        st.builds(lambda part: Rule("NOT", (part,)), rules),
        st.builds(
            lambda word, parts: Rule(word, tuple(parts)),
            st.sampled_from(["AND", "OR"]),
            st.lists(rules, min_size=2, max_size=3),
        ),
    ),
    max_leaves=8,
)
STATES = st.fixed_dictionaries(
    {name: st.sampled_from(["OK", "ALARM", "INSUFFICIENT_DATA"]) for name in NAMES}
)


def written(rule: Rule) -> str:
    """Return the text of a rule, with all parentheses."""
    match rule.operator:
        case "AND" | "OR":
            return "(" + f" {rule.operator} ".join(map(written, rule.parts)) + ")"
        case "NOT":
            return f"NOT {written(rule.parts[0])}"
        case "TRUE" | "FALSE":
            return rule.operator
    return f'{rule.operator}("{rule.name}")'


@given(RULES, STATES)
def test_any_rule_means_what_it_was_written_from(rule: Rule, states: dict[str, str]) -> None:
    assert parsed(written(rule)).holds(states) == rule.holds(states)

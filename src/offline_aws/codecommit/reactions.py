"""Reactions to comments: one of each user to each comment."""

from __future__ import annotations

from typing import Any

from offline_aws.codecommit import paging
from offline_aws.codecommit.comments import comment_of
from offline_aws.codecommit.errors import refusal
from offline_aws.operations import Call, operation

_PAGE = 1000
_EMOJI = {
    ":thumbsup:": "👍",
    ":thumbsdown:": "👎",
    ":smile:": "😄",
    ":confused:": "😕",
    ":heart:": "❤",
    ":tada:": "🎉",
    ":rocket:": "🚀",
    ":eyes:": "👀",
}


@operation("codecommit", "PutCommentReaction")
def put_comment_reaction(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Set the caller's reaction, by emoji, short code or code point; "none" takes it away."""
    comment = comment_of(call, parameters)
    value = parameters.get("reactionValue")
    if value is None:
        raise refusal("ReactionValueRequiredException")
    if value in ("", "none"):
        comment.reactions.pop(call.caller, None)
        return {}
    comment.reactions[call.caller] = _short_code(value)
    return {}


@operation("codecommit", "GetCommentReactions")
def get_comment_reactions(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the reactions to a comment, and who reacted."""
    comment = comment_of(call, parameters)
    user = parameters.get("reactionUserArn")
    if user and not user.startswith("arn:"):
        raise refusal("InvalidReactionUserArnException", user)
    users: dict[str, list[str]] = {}
    for arn, code in comment.reactions.items():
        if user in (None, arn):
            users.setdefault(code, []).append(arn)
    found = [_described(code, arns) for code, arns in users.items()]
    return paging.answer("reactionsForComment", found, parameters, _PAGE)


def _short_code(value: str) -> str:
    for code, emoji in _EMOJI.items():
        if value.removesuffix("\ufe0f") in (code, emoji, _code_point(emoji)):
            return code
    raise refusal("InvalidReactionValueException", value)


def _code_point(emoji: str) -> str:
    return f"U+{ord(emoji):04X}"


def _described(code: str, users: list[str]) -> dict[str, Any]:
    emoji = _EMOJI[code]
    formats = {"emoji": emoji, "shortCode": code, "unicode": _code_point(emoji)}
    return {
        "reaction": formats,
        "reactionUsers": users,
        "reactionsFromDeletedUsersCount": 0,
    }

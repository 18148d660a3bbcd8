"""The grammar of filter expressions, and the error for a text that does not follow it."""

from __future__ import annotations

from functools import cache

from lark import Lark, Token, Tree, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from offline_aws.errors import AwsError
from offline_aws.xray.checks import invalid

_GRAMMAR = r"""
start: either
either: both (OR both)*
both: single (AND? single)*
?single: "!" single -> negation
    | "(" either ")"
    | service | edge | cause | json_cause | annotation | group | test

service: SERVICE "(" [who] ")" [braces]
edge: EDGE "(" who "," who ")" [braces]
cause: CAUSE braces
?braces: "{" either "}"
?who: STRING | identity
identity: ID "(" member ("," member)* ")"
member: WORD ":" STRING

annotation: ANNOTATION [OPERATOR value]
group: GROUP OPERATOR STRING
test: WORD [OPERATOR value]
?value: STRING | NUMBER | BOOLEAN

json_cause: JSON OPERATOR "#" json
?json: "{" [pair ("," pair)*] "}" -> json_object
    | "[" [json ("," json)*] "]" -> json_array
    | STRING -> json_text
    | NUMBER -> json_number
    | BOOLEAN -> json_boolean
    | NULL -> json_null
pair: STRING ":" json

AND.9: /and(?![\w.])/i
OR.9: /or(?![\w.])/i
SERVICE.8: /service(?=\s*\()/i
EDGE.8: /edge(?=\s*\()/i
ID.8: /id(?=\s*\()/i
CAUSE.8: /rootcause\.(fault|error|responsetime)\.(service|entity|exception)(?![\w.])/i
JSON.8: /(rootcause\.)?((fault|error|responsetime)\.)?json(?![\w.])/i
ANNOTATION.8: /annotation(\.[\w.]+|\[\s*("[^"\]]*"|[^"\]\s]+)\s*\])/i
GROUP.8: /group\.(name|arn)(?![\w.])/i
BOOLEAN.8: /(true|false)(?![\w.])/i
NULL.8: /null(?![\w.])/i
WORD: /[a-z_][\w]*(\.\w+)*/i
OPERATOR.7: /!=|<=|>=|=|<|>|(contains|beginswith|endswith)(?![\w.])/i
NUMBER: /[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?(?![\w.])/i
STRING: /"(\\.|[^"\\])*"/s

%import common.WS
%ignore WS
"""
_NAMES = {
    "AND": "AND",
    "OR": "OR",
    "WORD": "a keyword",
    "OPERATOR": "an operator",
    "STRING": "a text in quotation marks",
    "NUMBER": "a number",
    "BOOLEAN": "true or false",
    "BANG": "!",
    "LPAR": "(",
    "RPAR": ")",
    "LBRACE": "{",
    "RBRACE": "}",
    "COMMA": ",",
    "COLON": ":",
    "ID": "id(",
    "$END": "the end",
}
#: The most characters of an expression.
LONGEST = 5000


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", propagate_positions=True)


def parse_tree(text: str) -> Tree[Token]:
    """Return the tree of an expression. Raises InvalidRequestException with the position."""
    if len(text) > LONGEST:
        raise invalid(f"A filter expression has at most {LONGEST} characters.")
    try:
        return _parser().parse(text)
    except UnexpectedInput as error:
        raise _syntax_error(text, error) from None


def wrong_at(text: str, position: int, what: str) -> AwsError:
    """Return the error of an expression that is wrong at a place, counted from 0."""
    line = text.count("\n", 0, position) + 1
    column = position - (text.rfind("\n", 0, position) + 1) + 1
    return invalid(f"Invalid filter expression at line {line}, column {column}: {what}")


def _syntax_error(text: str, error: UnexpectedInput) -> AwsError:
    position = error.pos_in_stream if isinstance(error.pos_in_stream, int) else len(text)
    if isinstance(error, UnexpectedCharacters):
        expected, found = error.allowed, repr(text[position : position + 1])
    elif isinstance(error, UnexpectedToken):
        expected, found = error.accepts or error.expected, repr(str(error.token))
        if error.token.type == "$END":
            position, found = len(text), "the end"
    else:
        expected, found = set(), "the end"
    wanted = " or ".join(name for key, name in _NAMES.items() if key in (expected or ()))
    return wrong_at(text, position, f"found {found}" + (f", expected {wanted}." if wanted else "."))

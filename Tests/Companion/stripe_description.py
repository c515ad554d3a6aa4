"""Holds what the companion sends to Stripe's own description of its API (stripe_requests.json)."""

import json
import pathlib
import re

import jsonschema

DESCRIBED = json.loads((pathlib.Path(__file__).parent / "stripe_requests.json").read_text())["operations"]


def problem(method, path, pairs):
    """What Stripe would refuse about a request, in words; None: nothing.

    pairs: names and values of its form or query, as they were sent.
    """
    schema = next((schema for name, schema in DESCRIBED.items() if re.fullmatch(pattern(name), f"{method.lower()} {path}")), None)
    if schema is None:
        return f"no operation {method} {path} that is used here"
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        return "a parameter is sent twice"
    try:
        value = typed(nested(pairs), schema)
    except ValueError as error:
        return str(error)
    error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema).iter_errors(value))
    return error and f"{error.json_path}: {error.message}"


def pattern(name):
    return re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(name))


def nested(pairs):
    """Forms as Stripe reads them: `line_items[0][price_data][currency]`; a list's places are numbers."""
    tree = {}
    for name, value in pairs:
        head, rest = re.fullmatch(r"([^\[\]]+)((?:\[[^\[\]]*\])*)", name).groups() if re.fullmatch(r"[^\[\]]+(?:\[[^\[\]]*\])*", name) else (None, None)
        if head is None:
            raise ValueError(f"{name} is no parameter's name")
        steps, place = [head] + re.findall(r"\[([^\[\]]*)\]", rest), tree
        for step in steps[:-1]:
            place = place.setdefault(step, {})
            if not isinstance(place, dict):
                raise ValueError(f"{name} is a value and an object")
        if steps[-1] in place:
            raise ValueError(f"{name} is a value and an object")
        place[steps[-1]] = value
    return tree


def typed(value, schema):
    """Texts as what the schema says that they stand for; what stands for nothing stays a text, and is refused then."""
    for one in schema.get("anyOf", []):
        candidate = typed(value, one)
        if jsonschema.Draft202012Validator(one).is_valid(candidate):
            return candidate
    kind = schema.get("type")
    if kind == "array" and isinstance(value, dict) and sorted(value) == sorted(map(str, range(len(value)))):
        return [typed(value[str(place)], schema["items"]) for place in range(len(value))]
    if kind == "object" and isinstance(value, dict):
        known, others = schema["properties"], schema["additionalProperties"]
        return {name: typed(one, known.get(name) or others or {}) for name, one in value.items()}
    if kind == "integer" and isinstance(value, str) and re.fullmatch(r"-?\d+", value):
        return int(value)
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    return value

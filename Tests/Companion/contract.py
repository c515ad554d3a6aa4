"""docs/openapi.yaml, held against every answer that any of these tests gets."""

import pathlib
import re

import schemathesis
import yaml

FILE = pathlib.Path(__file__).resolve().parents[2] / "docs/openapi.yaml"
DESCRIPTION = yaml.safe_load(FILE.read_text())
SCHEMA = schemathesis.openapi.from_path(FILE)
OPERATIONS = [
    (re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), path, method.upper(), operation)
    for path, item in DESCRIPTION["paths"].items() for method, operation in item.items()
]
# What was answered, by operation.
MET = {}


def hold(answer, method, path):
    """Notes an answer, and holds it against the description; passes over what is not described (the preview's pages)."""
    path = "/" + path.split("?")[0]
    for pattern, template, verb, operation in OPERATIONS:
        # A path without braces is described before one that it would match as well.
        if verb == method and pattern.fullmatch(path) and (template == path or "{" in template and not any(t == path for _, t, v, _ in OPERATIONS if v == verb)):
            MET.setdefault(operation["operationId"], set()).add(answer.status_code)
            SCHEMA[template][verb].validate_response(answer)
            return


def unmet():
    """Answers that the description names and no test got."""
    return {
        f"{operation['operationId']} {status}" for _, _, _, operation in OPERATIONS for status in operation["responses"]
        if status != "default" and int(status) not in MET.get(operation["operationId"], ())
    }

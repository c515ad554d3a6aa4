"""Reduces Stripe's own OpenAPI description to what the companion asks of it: the forms and queries of those few operations.

    python reduce_stripe_description.py spec3.json > stripe_requests.json

spec3.json is `openapi/spec3.json` of https://github.com/stripe/openapi (MIT; see THIRD_PARTY.md), which the wheel
`seahaven-stripe-world` on PyPI holds, too.
"""

import json
import sys

OPERATIONS = [
    ("post", "/v1/checkout/sessions"), ("get", "/v1/checkout/sessions/{session}"), ("post", "/v1/checkout/sessions/{session}/expire"),
    ("post", "/v1/refunds"), ("get", "/v1/refunds"), ("get", "/v1/disputes"), ("get", "/v1/payment_intents/{intent}"),
]
KEPT = {"type", "enum", "maxLength", "minimum", "maximum", "pattern", "required"}


def reduced(schema):
    """What a value must be, without words; an object takes no other names than those that are listed."""
    out = {name: value for name, value in schema.items() if name in KEPT}
    if "anyOf" in schema:
        out["anyOf"] = [reduced(one) for one in schema["anyOf"]]
    if "items" in schema:
        out["items"] = reduced(schema["items"])
    if schema.get("type") == "object":
        out["properties"] = {name: reduced(one) for name, one in schema.get("properties", {}).items()}
        others = schema.get("additionalProperties", False)
        out["additionalProperties"] = reduced(others) if isinstance(others, dict) else False
    return out


def main(path):
    with open(path, encoding="utf-8") as file:
        whole = json.load(file)
    operations = {}
    for method, address in OPERATIONS:
        described = whole["paths"][address][method]
        if method == "get":
            queries = [one for one in described["parameters"] if one["in"] == "query"]
            schema = {
                "type": "object", "properties": {one["name"]: one["schema"] for one in queries},
                "required": [one["name"] for one in queries if one.get("required")],
            }
        else:
            schema = described["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
        operations[f"{method} {address}"] = reduced(schema)
    json.dump({"version": whole["info"]["version"], "operations": operations}, sys.stdout, separators=(",", ":"), sort_keys=True)
    print()


if __name__ == "__main__":
    main(sys.argv[1])

"""The API's description against the running program: generated requests, signed out and signed in."""

import re

import pytest
import requests
from companion import SITE, Companion
from conftest import Browser
from contract import DESCRIPTION, MET, SCHEMA
from hypothesis import HealthCheck, settings
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_headers_conformance, response_schema_conformance, status_code_conformance

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance, response_schema_conformance]
schema = SCHEMA


def test_the_description_is_openapi():
    validate(DESCRIPTION)


@pytest.fixture(scope="module")
def seeded(tmp_path_factory, mailbox):
    """A companion with a learner who has something of everything, and many networks to be asked from."""
    made = Companion(tmp_path_factory.mktemp("contract"), smtp_port=mailbox.port, limits={"beacons-per-minute": 0}).start()
    learner = Browser(made, mailbox).sign_in("contract@me.example")
    learner.order("python", email="contract@me.example", attempt="contract-1")
    assert made.run("learners", "enroll", "contract@me.example", "swift").returncode == 0
    yield made, learner
    # Nothing that was asked made it log a failure.
    assert [line for line in made.log if line["level"] in ("error", "critical")] == []
    assert made.stop() == 0


networks = iter(range(1, 1 << 24))


def headers():
    """Each request from a network of its own: here it is the answers that are looked at, not the limits."""
    number = next(networks)
    return {"Origin": SITE, "Accept-Language": "en", "X-Forwarded-For": f"{10 + (number >> 16)}.{number >> 8 & 255}.{number & 255}.1"}


def met(case, response):
    MET.setdefault(case.operation.definition.raw["operationId"], set()).add(response.status_code)


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_signed_out(case, seeded):
    made, _ = seeded
    response = case.call(base_url=made.url.rstrip("/"), headers=headers(), cookies={})
    met(case, response)
    case.validate_response(response, checks=CHECKS)


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_signed_in(case, seeded):
    made, learner = seeded
    response = case.call(base_url=made.url.rstrip("/"), headers=headers(), cookies={"lectern": learner.session.cookies["lectern"]})
    met(case, response)
    case.validate_response(response, checks=CHECKS)


def test_every_operation_of_the_program_is_described(seeded):
    """Its metrics name each operation that was ever asked by the description's own id."""
    made, _ = seeded
    text = requests.get(f"http://127.0.0.1:{made.metrics_port}/metrics", timeout=10).text
    asked = set(re.findall(r'answers_total\{operation="(\w+)"', text)) - {"none"}
    described = {one["operationId"] for path in DESCRIPTION["paths"].values() for one in path.values()}
    assert asked == described

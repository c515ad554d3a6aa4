"""Runs last: every answer that the description names was given to some test."""

import contract
import pytest


def test_every_answer_that_the_description_names_was_met(request):
    files = {item.path.name for item in request.session.items}
    if len(files) < 9:
        pytest.skip("only when all of them run")
    assert not contract.unmet(), ", ".join(sorted(contract.unmet()))

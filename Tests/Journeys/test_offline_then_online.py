"""OfflineThenOnline: what a learner does without a network is kept on the device, and sent once when it is back."""

import json

from journeys import COURSE, buy


def test_beacons_wait_for_the_network(shop, device):
    page = device()
    buy(page, "offline@example.com")
    answers = []
    page.on("response", lambda response: answers.append(response.status) if response.url.endswith("/beacon") else None)
    page.goto(COURSE)
    page.context.route("**/beacon", lambda route: route.abort())
    page.goto("/")
    page.goto("/about/")
    assert answers.count(200) == len([each for each in answers if each == 200])
    sent = []
    page.context.unroute("**/beacon")

    def look(request):
        if request.url.endswith("/beacon") and request.post_data:
            sent.extend(event.get("path") for event in json.loads(request.post_data)["events"] if event["kind"] == "view")

    page.on("request", look)
    with page.expect_response(lambda response: response.url.endswith("/beacon") and response.status == 200):
        page.goto(COURSE)
    page.wait_for_load_state("networkidle")
    assert any(path and "about" in path for path in sent), sent

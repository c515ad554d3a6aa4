"""OfflineThenOnline: what a learner does without a network is kept on the device, and sent once when it is back."""

import json

from journeys import COURSE, buy


def test_beacons_wait_for_the_network(shop, device):
    page = device()
    buy(page, "offline@example.com")
    page.goto(COURSE)
    page.context.route("**/beacon", lambda route: route.abort())
    page.goto("/")
    page.goto("/about/")
    sent = []
    page.context.unroute("**/beacon")

    def look(request):
        if request.url.endswith("/beacon") and request.post_data:
            sent.extend(event.get("path") for event in json.loads(request.post_data)["events"] if event["kind"] == "view")

    page.on("request", look)
    with page.expect_response(lambda response: response.url.endswith("/beacon") and response.status == 200):
        page.goto(COURSE)
    for _ in range(50):
        if any(path and "about" in path for path in sent):
            break
        page.wait_for_timeout(100)
    assert any(path and "about" in path for path in sent), sent

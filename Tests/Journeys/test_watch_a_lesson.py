"""WatchALesson: seconds that were really watched become progress, and follow the learner to another device."""

import json

from journeys import buy, sign_in


def tells(request, seconds):
    """Whether it says that so many seconds of a film were watched."""
    events = json.loads(request.post_data or "{}").get("events", [])
    return any(end >= seconds for event in events if event["kind"] == "video" for _, end in event["ranges"])


def test_position_follows_to_another_device(shop, device):
    email = "watcher@example.com"
    page = device()
    buy(page, email)
    sign_in(page, shop, email)
    page.goto("/courses/python-intro/")
    for link in page.locator(".curriculum a").evaluate_all("links => links.map(link => link.getAttribute('href'))"):
        page.goto(link)
        if not page.locator(".paywall").count() and page.locator("video").count():
            break
    lesson = page.url
    video = page.locator("video")
    video.evaluate("video => { video.muted = true; return video.play() }")
    for _ in range(200):
        if video.evaluate("video => video.currentTime") > 4:
            break
        page.wait_for_timeout(100)
    # An earlier one may still be under way.
    with page.expect_response(lambda response: response.url.endswith("/beacon") and response.status == 200 and tells(response.request, seconds=3)):
        video.evaluate("video => video.pause()")
    other = device()
    sign_in(other, shop, email)
    with other.expect_response(lambda response: "/api/enrollment/" in response.url and response.status == 200) as answer:
        other.goto(lesson)
    # The lesson is open to everybody: its page asks for the course, whose answer is by lesson.
    [progress] = answer.value.json()["progress"].values()
    assert progress["position"] >= 3 and progress["seconds"] >= 3, progress

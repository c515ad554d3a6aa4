"""RefundClosesTheDoor: access ends with the first request after the money went back."""

from journeys import buy


def test_a_refunded_learner_sees_the_paywall_again(shop, device):
    page = device()
    lesson = buy(page, "refunded@example.com")
    order = page.url
    page.goto(lesson)
    page.locator(".paywall").wait_for(state="detached")
    identifier = order.split("order=")[-1].split("&")[0] if "order=" in order else order.rstrip("/").rsplit("#", 1)[-1].rsplit("=", 1)[-1]
    page.goto(f"{shop.companion}preview/pay/{identifier}")
    page.locator("button[value=refund]").click()
    page.wait_for_url("**/orders/**")
    page.locator("[data-state=refunded]").wait_for(state="visible")
    page.goto(lesson)
    page.locator(".paywall").wait_for(state="visible")

"""ReadOffline: a course that a learner keeps on a device is read there without a network, for seven days, and not after a refund."""

import pytest
from journeys import buy, sign_in

KEEP, REMOVE = "存到这台设备，离线也能读", "从这台设备删除"
WEEK = 7 * 24 * 3600 * 1000


def text_of(page, lesson):
    page.goto(lesson)
    page.locator(".paywall").wait_for(state="detached")
    return page.locator("[data-sealed]").inner_text()


@pytest.fixture
def learner(shop, device, request):
    """Has bought the course, signed in, read the lesson, and kept the course."""
    page = device()
    page.email = f"{request.node.name[5:40]}@example.com"
    page.lesson = buy(page, page.email)
    page.order = page.url.split("order=")[-1].split("&")[0]
    sign_in(page, shop, page.email)
    page.text = text_of(page, page.lesson)
    page.goto("/account/")
    page.get_by_role("button", name=KEEP).click()
    page.get_by_role("button", name=REMOVE).wait_for(timeout=60_000)
    return page


def kept(page):
    """Keys, caches and workers on the device."""
    return page.evaluate(
        """async () => {
            const names = (await caches.keys()).filter((name) => name.startsWith("lectern-offline:"));
            const keys = await new Promise((done, failed) => {
                const asked = indexedDB.open("lectern-offline:/", 1);
                asked.onupgradeneeded = () => asked.result.createObjectStore("keys");
                asked.onerror = failed;
                asked.onsuccess = () => {
                    const all = asked.result.transaction("keys").objectStore("keys").getAllKeys();
                    all.onsuccess = () => { asked.result.close(); done(all.result.filter(Array.isArray).length); };
                };
            });
            return { caches: names.length, keys, workers: (await navigator.serviceWorker.getRegistrations()).length };
        }""")


def is_readable(page):
    """Whether a script can take a key's bytes out of the browser."""
    return page.evaluate(
        """() => new Promise((done) => {
            const asked = indexedDB.open("lectern-offline:/", 1);
            asked.onsuccess = () => {
                const all = asked.result.transaction("keys").objectStore("keys").getAll();
                all.onsuccess = () => {
                    const { key } = all.result.find((value) => value.key);
                    crypto.subtle.exportKey("raw", key).then(() => done(true), () => done(false));
                };
            };
        })""")


def test_a_kept_course_is_read_without_a_network_while_its_lease_lasts(learner):
    assert kept(learner)["keys"] > 1
    learner.context.set_offline(True)
    assert text_of(learner, learner.lesson) == learner.text
    assert learner.evaluate("[...document.styleSheets].every((sheet) => sheet.cssRules.length)"), "its styles are kept, too"
    assert not is_readable(learner)
    # The same evening a week later.
    learner.clock.install()
    learner.clock.set_fixed_time(learner.evaluate("Date.now()") + WEEK + 1000)
    learner.goto(learner.lesson)
    learner.locator(".sealed-say button").wait_for()
    assert learner.text not in learner.locator("main").inner_text()
    assert kept(learner)["keys"] == 0, "a lease that is over leaves no key"


def test_a_clock_that_is_turned_back_makes_no_lease_longer(learner):
    learner.context.set_offline(True)
    learner.clock.install()
    learner.clock.set_fixed_time(learner.evaluate("Date.now()") - WEEK)
    learner.goto(learner.lesson)
    learner.locator(".sealed-say button").wait_for()
    assert kept(learner)["keys"] == 0


def test_a_refund_or_a_sign_out_leaves_nothing_on_the_device(shop, learner):
    learner.goto("/account/")
    learner.locator("[data-part=signOut]").click()
    learner.locator("[data-view=signed-out]").wait_for(state="visible")
    assert kept(learner) == {"caches": 0, "keys": 0, "workers": 0}

    sign_in(learner, shop, learner.email)
    learner.goto("/account/")
    learner.get_by_role("button", name=KEEP).click()
    learner.get_by_role("button", name=REMOVE).wait_for(timeout=60_000)
    learner.goto(f"{shop.companion}preview/pay/{learner.order}")
    learner.locator("button[value=refund]").click()
    learner.wait_for_url("**/orders/**")
    learner.goto(learner.lesson)
    learner.locator(".paywall").wait_for(state="visible")
    assert kept(learner) == {"caches": 0, "keys": 0, "workers": 0}
    learner.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        learner.goto(learner.lesson)

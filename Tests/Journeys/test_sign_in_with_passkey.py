"""SignInWithPasskey: a learner adds a passkey on one page and signs in with it, through Chromium's virtual authenticator."""

from journeys import buy, sign_in


def test_a_passkey_signs_in(shop, device):
    email = "keys@example.com"
    page = device()
    buy(page, email)
    sign_in(page, shop, email)
    protocol = page.context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    protocol.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
        "automaticPresenceSimulation": True}})
    page.goto("/account/")
    page.locator("#passkeys > summary").click()
    page.locator("form[data-form=passkey] button[type=submit]").click()
    page.locator("[data-part=passkeys] li").first.wait_for()
    page.locator("[data-part=signOut]").click()
    page.locator("[data-view=signed-out]").wait_for(state="visible")
    # The authenticator consents to whatever asks first: here the passkey that the address field offers by itself.
    page.goto("/sign-in/")
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.goto("/account/")
    assert email in page.locator("[data-part=who]").inner_text()

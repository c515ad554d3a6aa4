"""PayInChina: a code on a desktop that a phone pays, and Alipay's page on a phone and back, against stand-ins built on the providers' libraries."""

import http.client
import http.server
import os
import subprocess
import sys
import threading
import urllib.parse
import urllib.request

import pytest
from playwright.sync_api import expect
from conftest import REPOSITORY, free_ports, program

sys.path.insert(0, str(REPOSITORY / "Tests/Companion"))
import companion as companions  # noqa: E402
import rsa_keys  # noqa: E402
import wechat_stand_in as wechat_words  # noqa: E402
from alipay_stand_in import APP, SELLER, AlipayStandIn  # noqa: E402
from mailbox import Mailbox  # noqa: E402
from wechat_stand_in import API_KEY, PUBLIC_KEY_ID, WeChatStandIn  # noqa: E402


class AlipayPages(AlipayStandIn):
    """With the page that a buyer sees: it pays, tells the shop, and leads back."""

    shop = ""

    def answer(self, request):
        if request.method == "POST":
            return super().answer(request)
        fields, content = self.visit(self.url + request.target)
        if "paid" not in request.path:
            link = "/paid" + request.target
            return 200, {"Content-Type": "text/html"}, f"<!DOCTYPE html><title>Alipay</title><a id=pay href='{link}'>Pay</a>".encode()
        body = self.notice(self.pay(content["out_trade_no"]))
        told = urllib.request.Request(self.shop + "payments/alipay", body, {"Content-Type": "application/x-www-form-urlencoded"})
        assert urllib.request.urlopen(told).read() == b"success"
        return 302, {"Location": fields["return_url"]}, b""


def front(folder, port, companion_port):
    """The site's host: its files, and the companion below /api/."""

    class Door(http.server.SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def __init__(self, *words):
            super().__init__(*words, directory=str(folder))

        def log_message(self, *_):
            pass

        def passed(self):
            inner = http.client.HTTPConnection("127.0.0.1", companion_port, timeout=30)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            inner.request(self.command, self.path, body, {name: value for name, value in self.headers.items() if name.lower() != "connection"})
            answer = inner.getresponse()
            content = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                    self.send_header(name, value)
            if answer.status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self):
            if self.path.startswith("/api/"):
                self.passed()
            else:
                super().do_GET()

        do_POST = do_DELETE = passed

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Door)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture(scope="module")
def street(tmp_path_factory):
    """A deployed shop with both stand-ins: its address, and they."""
    output, folder = tmp_path_factory.mktemp("street") / "output", tmp_path_factory.mktemp("companion")
    subprocess.run(
        [program("lectern"), "build", str(REPOSITORY / "Tests/Browser/Sites/shop"), "--output", str(output), "--now", "2026-11-24"], check=True,
        env={**os.environ, "LECTERN_SITE_SECRET": companions.SECRET.hex()}, capture_output=True)
    wechat, alipay, mailbox, port = WeChatStandIn(), AlipayPages(), Mailbox().start(), free_ports()
    companions.PROGRAM = program("lectern-companion")
    made = companions.Companion(
        folder, smtp_port=mailbox.port, site=f"http://localhost:{port}/", catalogue=str(output / "catalogue.json"),
        wechat={
            "app-id": wechat_words.APP, "merchant-id": wechat_words.MERCHANT, "certificate-serial": wechat_words.MERCHANT_SERIAL, "private-key-file": "wechat.key",
            "api-key-file": "wechat.api-key", "public-keys": {PUBLIC_KEY_ID: "wechat.pub.pem"}, "base-url": wechat.url, "app-secret-file": "wechat.secret", "api-url": wechat.url,
            "authorize-url": wechat.url + "/authorize"},
        alipay={"app-id": APP, "seller-id": SELLER, "private-key-file": "alipay.key", "alipay-key-files": ["alipay.pub.pem"], "base-url": alipay.gateway})
    for name, content, mode in (
        ("wechat.key", rsa_keys.private_pem("merchant"), 0o600), ("wechat.api-key", API_KEY, 0o600), ("wechat.pub.pem", rsa_keys.public_pem("wechat"), 0o644),
        ("wechat.secret", wechat_words.APP_SECRET, 0o600),
        ("alipay.key", rsa_keys.private_pem("application"), 0o600), ("alipay.pub.pem", rsa_keys.public_pem("alipay"), 0o644),
    ):
        made.write(name, content, mode)
    made.start()
    alipay.shop = made.url
    server = front(output, port, made.port)
    yield f"http://localhost:{port}", made, wechat, alipay
    server.shutdown()
    assert made.stop() == 0
    for stand_in in (wechat, alipay, mailbox):
        stand_in.stop()


@pytest.fixture
def visitor(browser, street):
    contexts = []

    def make(**options):
        context = browser.new_context(locale="zh-CN", base_url=street[0], **{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(40_000)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


def order_at(page, email, provider):
    page.goto("/courses/python/")
    page.locator("a.button[href*='checkout']").first.click()
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=consent]").check()
    page.locator(f"input[name=providers][value={provider}]").check()
    page.locator("button.pay:enabled").click()


def test_a_code_on_a_desktop_is_paid_with_a_phone(street, visitor):
    _, companion, wechat, _ = street
    page = visitor()
    page.goto("/checkout/?course=python")
    page.locator("button.pay:enabled").wait_for()
    assert page.locator("input[name=providers]").evaluate_all("all => all.map(one => one.value)") == ["wechat", "alipay", "manual"]
    order_at(page, "scan@example.com", "wechat")
    page.locator("[data-part=qrImage] img").wait_for()
    assert page.locator("[data-part=qrImage] img").evaluate("async (image) => { await image.decode(); return image.naturalWidth > 0 }")
    number = urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query)["order"][0]
    # The phone's camera read the code, and its owner pays in WeChat.
    body, headers = wechat.notice("TRANSACTION.SUCCESS", wechat.pay(number))
    assert urllib.request.urlopen(urllib.request.Request(companion.url + "payments/wechat", body, headers)).status == 200
    # Nobody touches the desktop.
    page.locator("[data-state=paid]").wait_for(state="visible")
    page.locator("[data-part=start]").click()
    page.wait_for_url("**/courses/python/**")
    assert page.locator(".paywall").count() == 0


def test_a_bundle_is_paid_by_a_code_on_a_desktop_and_opens_its_courses(street, visitor):
    _, companion, wechat, _ = street
    page = visitor()
    page.goto("/courses/sql/")
    page.locator(".bundles a").click()
    page.locator("a.button[href*='bundle=all']").click()
    expect(page.locator("[data-part=bundle]")).to_have_text("全部课程")
    page.locator("input[name=email]").fill("bundle@example.com")
    page.locator("input[name=consent]").check()
    page.locator("input[name=providers][value=wechat]").check()
    page.get_by_role("button", name="支付 ¥249").click()
    page.locator("[data-part=qrImage] img").wait_for()
    number = urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query)["order"][0]
    paid = wechat.pay(number)
    assert paid["amount"]["total"] == 24900
    body, headers = wechat.notice("TRANSACTION.SUCCESS", paid, id="EV-bundle")
    assert urllib.request.urlopen(urllib.request.Request(companion.url + "payments/wechat", body, headers)).status == 200
    # The page looks every second and a half.
    page.locator("[data-state=paid]").wait_for(state="visible")
    expect(page.locator("[data-part=bundle]")).to_have_text("全部课程")
    for lesson in ("/courses/python/loops/", "/courses/sql/select/"):
        page.goto(lesson)
        page.locator(".paywall").wait_for(state="detached")
    # Who has it all is told so before paying.
    page.goto("/checkout/?bundle=all")
    page.locator("[data-part=owned]").wait_for(state="visible")


def test_inside_wechat_nobody_leaves_the_page(street, visitor):
    _, companion, wechat, _ = street
    phone = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36 MicroMessenger/8.0.50"
    page = visitor(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, user_agent=phone)
    # WeChat gives its pages a bridge, and what is handed to it opens a window of WeChat's own.
    page.add_init_script("window.WeixinJSBridge = { invoke: (name, fields) => { window.handed = [name, fields] } }")
    page.route(wechat.url + "/authorize**", lambda route: route.fulfill(status=302, headers={"Location": wechat.authorize(route.request.url + "#wechat_redirect")[0]}))
    order_at(page, "inside@example.com", "wechat")
    for _ in range(200):
        # The page's policy lets nobody wait for a function in it.
        if "/orders/" in page.url and "code=" not in page.url and page.evaluate("window.handed"):
            break
        page.wait_for_timeout(50)
    name, fields = page.evaluate("window.handed")
    assert name == "getBrandWCPayRequest" and "code=" not in page.url
    body, headers = wechat.notice("TRANSACTION.SUCCESS", wechat.pay(wechat.is_paid_by(fields)), id="EV-inside")
    assert urllib.request.urlopen(urllib.request.Request(companion.url + "payments/wechat", body, headers)).status == 200
    page.locator("[data-state=paid]").wait_for(state="visible")


def test_alipays_page_on_a_phone_and_back(street, visitor):
    phone = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"
    page = visitor(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, user_agent=phone)
    order_at(page, "wap@example.com", "alipay")
    page.locator("#pay").click()
    page.wait_for_url("**/orders/**")
    page.locator("[data-state=paid]").wait_for(state="visible")
    page.locator("[data-part=start]").click()
    page.wait_for_url("**/courses/python/**")

"""What each fact does to an order in each state, told by WeChat Pay's and Alipay's notices: a table that a person can read."""

import itertools

import pytest
import test_alipay
import test_wechat
from alipay_stand_in import AlipayStandIn
from conftest import Browser
from wechat_stand_in import APP, MERCHANT, WeChatStandIn

STATES = {
    "pending": [], "paid": ["paid"], "partly": ["paid", "part"], "refunded": ["paid", "part", "rest"], "expired": ["closed"], "early": ["all"],
}
# Rows: the fact that arrives. Columns: the state before. What the order is then.
TABLE = """
          pending              paid                 partly               refunded             expired              early
paid      paid                 paid                 partiallyRefunded    refunded             paid                 refunded
another   paid                 paid                 paid                 paid                 paid                 paid
wrong     review               paid                 partiallyRefunded    refunded             review               review
closed    expired              paid                 partiallyRefunded    refunded             expired              refundBeforePayment
part      refundBeforePayment  partiallyRefunded    partiallyRefunded    refunded             refundBeforePayment  refundBeforePayment
rest      refundBeforePayment  partiallyRefunded    refunded             refunded             refundBeforePayment  refundBeforePayment
all       refundBeforePayment  refunded             refunded             refunded             refundBeforePayment  refundBeforePayment
"""
# Alipay tells of a refund together with its payment, and how much of it went back so far: it cannot tell of a refund alone, and what it
# closes after a payment is given back.
ALIPAY = {
    ("part", "pending"): "partiallyRefunded", ("part", "expired"): "partiallyRefunded", ("all", "pending"): "refunded", ("all", "expired"): "refunded",
}
COLUMNS, *ROWS = [line.split() for line in TABLE.strip().splitlines()]
CELLS = [(fact, state, after) for fact, *cells in ROWS for state, after in zip(COLUMNS, cells, strict=True)]


class WeChat:
    name, tell = "wechat", staticmethod(test_wechat.tell)

    def __init__(self, gateway):
        self.gateway, self.ids = gateway, itertools.count(1)

    def told(self, sold, order, fact):
        payment = "42" + order[:20] + ("b" if fact in ("another", "wrong") else "a")
        paid = {"appid": APP, "mchid": MERCHANT, "out_trade_no": order, "transaction_id": payment, "trade_state": "SUCCESS",
                "amount": {"total": 100 if fact == "wrong" else 19900, "currency": "CNY"}}
        if fact in ("paid", "another", "wrong"):
            return self.send(sold, "TRANSACTION.SUCCESS", paid)
        if fact == "closed":
            return self.send(sold, "TRANSACTION.CLOSED", {name: paid[name] for name in ("appid", "mchid", "out_trade_no")} | {"trade_state": "CLOSED"})
        sum = {"part": 5000, "rest": 14900, "all": 19900}[fact]
        refund = {"mchid": MERCHANT, "out_trade_no": order, "transaction_id": payment, "out_refund_no": fact, "refund_id": f"503{order}{fact}",
                  "refund_status": "SUCCESS", "amount": {"total": 19900, "refund": sum}}
        return self.send(sold, "REFUND.SUCCESS", refund)

    def send(self, sold, kind, resource):
        return test_wechat.tell(sold, self.gateway, kind, resource, id=f"EV-{next(self.ids)}")


class Alipay:
    name = "alipay"

    def __init__(self, gateway):
        self.gateway, self.ids = gateway, itertools.count(1)

    def told(self, sold, order, fact):
        trade = {"out_trade_no": order, "trade_no": "2026" + order + ("b" if fact in ("another", "wrong") else "a"), "total_amount": "1.00" if fact == "wrong" else "199.00",
                 "trade_status": "TRADE_CLOSED" if fact in ("closed", "all") else "TRADE_SUCCESS"}
        more = {"gmt_payment": None if fact == "closed" else "2026-11-30 10:00:00", "refund_fee": {"part": "50.00", "all": "199.00"}.get(fact)}
        return test_alipay.tell(sold, self.gateway.notice(trade, id=f"n-{next(self.ids)}", **more))


@pytest.fixture(scope="module")
def shops(tmp_path_factory, mailbox):
    """A running shop for each provider."""
    made = {}
    for provider, gateway, module in ((WeChat, WeChatStandIn(), test_wechat), (Alipay, AlipayStandIn(), test_alipay)):
        companion = module.companion(tmp_path_factory.mktemp(provider.name), mailbox, gateway, **{})
        # Every cell is an order of its own, and none of them comes from a network that must be slowed down.
        companion.start()
        made[provider.name] = (companion, provider(gateway), gateway)
    yield made
    for companion, _, gateway in made.values():
        assert companion.stop() == 0
        gateway.stop()


@pytest.mark.parametrize("fact, state, after", CELLS)
def test_wechat_pay(shops, fact, state, after):
    hold(shops["wechat"], fact, state, after)


@pytest.mark.parametrize("fact, state, after", [cell for cell in CELLS if cell[0] != "rest" and cell[1] != "early"])
def test_alipay_too(shops, fact, state, after):
    hold(shops["alipay"], fact, state, ALIPAY.get((fact, state), after))


NETWORKS = itertools.count(1)


def hold(shop, fact, state, after):
    companion, provider, _ = shop
    buyer, number = Browser(companion), next(NETWORKS)
    buyer.session.headers.update({"X-Forwarded-For": f"10.{number // 250}.{number % 250}.1", **test_wechat.DESKTOP})
    order = buyer.order("python", provider=provider.name, email=f"cell{number}@me.example", attempt=f"attempt-{number}").json()["order"]["id"]
    before = STATES[state]
    if provider.name == "alipay":
        before = ["all" if step == "rest" else step for step in before]
    for step in [*before, fact, fact]:  # a repetition changes nothing
        assert provider.told(companion, order, step).status_code == 200
    shown = buyer.get("orders/" + order).json()
    assert shown["state"] == after
    assert shown["grants"] == (after in ("paid", "partiallyRefunded"))

"""Alipay's gateway, as far as the companion asks it. What is signed, and what is checked, goes through the package python-alipay-sdk."""

import json
import re
import time
import urllib.parse

import rsa_keys
from alipay import AliPay, DCAliPay
from stand_in import StandIn

APP, SELLER = "2021000000000001", "2088000000000001"


def alipay(serial=None):
    """Alipay's side: its own key, and the application's to check with."""
    return AliPay(appid=APP, app_private_key_string=rsa_keys.private_pem("alipay"), alipay_public_key_string=rsa_keys.public_pem("application"), sign_type="RSA2")


class AlipayStandIn(StandIn):
    def __init__(self):
        self.trades, self.refunds, self.asked, self.faults = {}, {}, [], []
        self.library, self.certificates = alipay(), None
        super().__init__()
        self.gateway = self.url + "/gateway.do"

    def answer(self, request):
        if self.faults:
            fault = self.faults.pop(0)
            return None if fault is None else (fault[0], {"Content-Type": "application/json"}, fault[1])
        fields = self.believed(dict(urllib.parse.parse_qsl(request.body.decode(), strict_parsing=True, keep_blank_values=True)))
        content = json.loads(fields["biz_content"])
        self.asked.append((fields["method"], content))
        value = self.take(fields["method"], content)
        return 200, {"Content-Type": "application/json;charset=utf-8"}, self.signed(fields["method"], value)

    def signed(self, method, value):
        # As Alipay writes it, with spaces and escapes of its own: what is signed are these bytes.
        name, raw = method.replace(".", "_") + "_response", json.dumps(value, indent=1, ensure_ascii=True)
        text = '{"%s":%s,"sign":"%s"}' % (name, raw, self.library._sign(raw))
        assert self.library._get_string_to_be_signed(text, name) == raw
        return text.encode()

    def believed(self, fields):
        sign = fields.pop("sign")
        signed = {name: value for name, value in fields.items() if value}
        message = "&".join(f"{name}={value}" for name, value in sorted(signed.items()))
        assert self.library._verify(message, sign), "the application's signature"
        assert (fields["app_id"], fields["sign_type"], fields["charset"], fields["version"]) == (APP, "RSA2", "utf-8", "1.0")
        if self.certificates:
            assert (fields["app_cert_sn"], fields["alipay_root_cert_sn"]) == self.certificates
        return fields

    def visit(self, url):
        """The buyer's browser opens the page that the companion led to; gives what it says."""
        parts = urllib.parse.urlsplit(url)
        fields = self.believed(dict(urllib.parse.parse_qsl(parts.query, strict_parsing=True, keep_blank_values=True)))
        content = json.loads(fields["biz_content"])
        assert re.fullmatch(r"\d+\.\d\d", content["total_amount"]) and re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", content["time_expire"])
        assert fields["method"] == {"FAST_INSTANT_TRADE_PAY": "alipay.trade.page.pay", "QUICK_WAP_WAY": "alipay.trade.wap.pay"}[content["product_code"]]
        number = content["out_trade_no"]
        self.trades.setdefault(number, {
            "out_trade_no": number, "trade_no": "2026113022001" + str(len(self.trades) + 1).zfill(15), "trade_status": "WAIT_BUYER_PAY",
            "total_amount": content["total_amount"], "buyer_logon_id": "abc***@sandbox.com", "point_amount": "0.00"})
        return fields, content

    def pay(self, number, total=None):
        trade = self.trades[number]
        trade |= {"trade_status": "TRADE_SUCCESS", "send_pay_date": "2026-11-30 10:00:00"}
        if total:
            trade["total_amount"] = total
        return trade

    def take(self, method, content):
        no = {"code": "40004", "msg": "Business Failed", "sub_code": "ACQ.TRADE_NOT_EXIST", "sub_msg": "交易不存在"}
        trade = self.trades.get(content.get("out_trade_no")) or next((t for t in self.trades.values() if t["trade_no"] == content.get("trade_no")), None)
        if not trade:
            return no
        yes = {"code": "10000", "msg": "Success", "out_trade_no": trade["out_trade_no"], "trade_no": trade["trade_no"]}
        if method == "alipay.trade.query":
            return yes | trade
        if method == "alipay.trade.close":
            if trade["trade_status"] != "WAIT_BUYER_PAY":
                return no | {"sub_code": "ACQ.TRADE_STATUS_ERROR", "sub_msg": "交易状态不合法"}
            trade["trade_status"] = "TRADE_CLOSED"
            return yes
        if method == "alipay.trade.fastpay.refund.query":
            amount = self.refunds.get((trade["trade_no"], content["out_request_no"]))
            return yes | ({"out_request_no": content["out_request_no"], "refund_amount": f"{amount:.2f}", "refund_status": "REFUND_SUCCESS"} if amount else {})
        if method == "alipay.trade.refund":
            return yes | self.give_back(trade, content["out_request_no"], content["refund_amount"]) if trade["trade_status"] != "TRADE_CLOSED" or (
                trade["trade_no"], content["out_request_no"]) in self.refunds else no | {"sub_code": "ACQ.TRADE_HAS_FINISHED"}
        raise AssertionError(method)

    def gone(self, trade):
        return sum(amount for (number, _), amount in self.refunds.items() if number == trade["trade_no"])

    def give_back(self, trade, key, amount):
        name, changes = (trade["trade_no"], key), "N"
        if name not in self.refunds:
            assert self.gone(trade) + float(amount) <= float(trade["total_amount"])
            self.refunds[name], changes = float(amount), "Y"
            if self.gone(trade) == float(trade["total_amount"]):
                trade["trade_status"] = "TRADE_CLOSED"
        return {"fund_change": changes, "refund_fee": f"{self.gone(trade):.2f}", "buyer_logon_id": "abc***@sandbox.com"}

    def notice(self, trade, id="notify-1", name="alipay", **more):
        """A notice's body; a field that is None is left out."""
        refunded = self.gone(trade)
        fields = {
            "gmt_create": "2026-11-30 09:59:00", "charset": "utf-8", "gmt_payment": "2026-11-30 10:00:00" if trade["trade_status"] != "WAIT_BUYER_PAY" else None,
            "notify_time": time.strftime("%Y-%m-%d %H:%M:%S"), "subject": "Python & more", "buyer_id": "2088102169481075", "body": "", "version": "1.0", "notify_id": id,
            "notify_type": "trade_status_sync", "app_id": APP, "auth_app_id": APP, "seller_id": SELLER, "trade_no": trade["trade_no"],
            "out_trade_no": trade["out_trade_no"], "trade_status": trade["trade_status"], "total_amount": trade["total_amount"],
            "fund_bill_list": '[{"amount":"199.00","fundChannel":"ALIPAYACCOUNT"}]', "passback_params": "",
            "refund_fee": f"{refunded:.2f}" if refunded else None, "gmt_refund": "2026-11-30 11:00:00.123" if refunded else None,
        } | more
        fields = {field: value for field, value in fields.items() if value is not None}
        signer = AliPay(appid=APP, app_private_key_string=rsa_keys.private_pem(name), alipay_public_key_string=rsa_keys.public_pem(name), sign_type="RSA2")
        sign = signer._sign("&".join(f"{field}={value}" for field, value in sorted(fields.items())))
        assert signer.verify(dict(fields), sign)
        return urllib.parse.urlencode(fields | {"sign_type": "RSA2", "sign": sign}).encode()


def certificate_names(own, roots):
    return DCAliPay.get_cert_sn(own), DCAliPay.get_root_cert_sn(roots)

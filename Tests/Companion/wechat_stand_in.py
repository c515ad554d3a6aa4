"""WeChat Pay, API v3, as far as the companion asks it. What is signed, and what is checked, goes through the package wechatpayv3."""

import base64
import hashlib
import json
import re
import secrets
import time
import urllib.parse

import rsa_keys
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from stand_in import StandIn
from wechatpayv3 import utils

APP, MERCHANT, MERCHANT_SERIAL = "wx0123456789abcdef", "1900000001", "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"
APP_SECRET = "5fa1c0ffee5fa1c0ffee5fa1c0ffee00"
API_KEY = "0123456789abcdefghijklmnopqrstuv"
PUBLIC_KEY_ID = "PUB_KEY_ID_0119000000012024111100000000000001"
HEAD = ("交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,"
        "商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注")


class WeChatStandIn(StandIn):
    def __init__(self, serial=PUBLIC_KEY_ID):
        self.orders, self.refunds, self.asked, self.bills, self.codes = {}, {}, [], {}, {}
        self.serial, self.signing, self.faults = serial, "wechat", []
        super().__init__()

    def certificate_serial(self, number):
        return format(number, "X")

    def answer(self, request):
        if self.faults:
            fault = self.faults.pop(0)
            if fault == "lost":
                self.take(request)
                return None
            return fault if fault is None else (fault[0], {"Content-Type": "application/json"}, fault[1])
        status, value = self.take(request)
        content = value if isinstance(value, bytes) else b"" if value is None else json.dumps(value, ensure_ascii=False).encode()
        return status, self.signature(content) | {"Content-Type": "application/json"}, content

    def signature(self, content, at=None, name=None, serial=None):
        """The headers of an answer or a notice."""
        moment, nonce = str(int(at or time.time())), secrets.token_hex(16)
        sign = utils.rsa_sign(rsa_keys.key(name or self.signing), f"{moment}\n{nonce}\n{content.decode()}\n")
        return {"Wechatpay-Timestamp": moment, "Wechatpay-Nonce": nonce, "Wechatpay-Signature": sign, "Wechatpay-Serial": serial or self.serial}

    def take(self, request):
        if request.path == "/sns/oauth2/access_token":
            assert request.query["appid"] == APP and request.query["secret"] == APP_SECRET and request.query["grant_type"] == "authorization_code"
            user = self.codes.pop(request.query["code"], None)
            return 200, {"openid": user, "access_token": "t", "expires_in": 7200, "scope": "snsapi_base"} if user else {"errcode": 40029, "errmsg": "invalid code"}
        if not self.is_signed(request):
            return 401, {"code": "SIGN_ERROR", "message": "错误的签名"}
        fields = json.loads(request.body) if request.body else {}
        self.asked.append((request.method, request.path, fields, dict(request.headers)))
        path = request.path
        if path in ("/v3/pay/transactions/native", "/v3/pay/transactions/h5", "/v3/pay/transactions/jsapi"):
            return self.open(path.rsplit("/", 1)[1], fields)
        if path.startswith("/v3/pay/transactions/out-trade-no/"):
            number = path.split("/")[5]
            order = self.orders.get(number)
            if not order:
                return 404, {"code": "ORDER_NOT_EXIST", "message": "订单不存在"}
            if path.endswith("/close"):
                assert fields == {"mchid": MERCHANT}
                if order["trade_state"] != "NOTPAY":
                    return 400, {"code": "ORDERPAID", "message": "订单已支付"}
                order["trade_state"] = "CLOSED"
                return 204, None
            assert request.query == {"mchid": MERCHANT}
            return 200, order
        if path == "/v3/refund/domestic/refunds":
            return self.give_back(fields)
        if path.startswith("/v3/refund/domestic/refunds/"):
            refund = self.refunds.get(path.rsplit("/", 1)[1])
            return (200, refund) if refund else (404, {"code": "RESOURCE_NOT_EXISTS", "message": "退款单不存在"})
        if path == "/v3/certificates":
            return 200, {"data": [
                {"serial_no": serial, "effective_time": "2020-01-01T00:00:00+08:00", "expire_time": "2119-01-01T00:00:00+08:00",
                 "encrypt_certificate": sealed(rsa_keys.certificate_pem(name, int(serial, 16)), "certificate")}
                for serial, name in self.certificates.items()]}
        if path == "/v3/bill/tradebill":
            bill = self.bills.get(request.query["bill_date"])
            if bill is None:
                return 400, {"code": "NO_STATEMENT_EXIST", "message": "账单文件不存在"}
            return 200, {"hash_type": "SHA1", "hash_value": hashlib.sha1(bill).hexdigest(), "download_url": f"{self.url}/v3/billdownload/file?token={request.query['bill_date']}"}
        if path == "/v3/billdownload/file":
            return 200, self.bills[request.query["token"]]
        return 404, {"code": "RESOURCE_NOT_EXISTS", "message": path}

    certificates = {}

    def authorize(self, url, user="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"):
        """WeChat's own page, which asks nothing: where it leads back to."""
        parts = urllib.parse.urlsplit(url)
        query = dict(urllib.parse.parse_qsl(parts.query, strict_parsing=True))
        assert (query["appid"], query["response_type"], query["scope"], parts.fragment) == (APP, "code", "snsapi_base", "wechat_redirect")
        code = secrets.token_hex(16)
        self.codes[code] = user
        return query["redirect_uri"] + "&" + urllib.parse.urlencode({"code": code, "state": query["state"]}), code

    def is_paid_by(self, fields):
        """The page hands these to WeChat, which believes them by the merchant's signature; gives the order's number."""
        assert fields["appId"] == APP and fields["signType"] == "RSA" and abs(int(fields["timeStamp"]) - time.time()) < 300
        public = rsa_keys.key("merchant").public_key()
        assert utils.rsa_verify(f"{APP}\n{fields['timeStamp']}", fields["nonceStr"], fields["package"], fields["paySign"], public)
        return fields["package"].removeprefix("prepay_id=wx")

    def is_signed(self, request):
        match = re.fullmatch(
            r'WECHATPAY2-SHA256-RSA2048 mchid="(\w+)",nonce_str="(\w+)",signature="([^"]+)",timestamp="(\d+)",serial_no="(\w+)"', request.headers["Authorization"])
        merchant, nonce, sign, moment, serial = match.groups()
        assert (merchant, serial) == (MERCHANT, MERCHANT_SERIAL) and abs(int(moment) - time.time()) < 300
        return utils.rsa_verify(f"{request.method}\n{request.target}\n{moment}", nonce, request.body.decode(), sign, rsa_keys.key("merchant").public_key())

    def open(self, kind, fields):
        number = fields["out_trade_no"]
        assert re.fullmatch("[0-9A-Za-z_|*@-]{6,32}", number) and 0 < len(fields["description"]) <= 127
        assert fields["appid"] == APP and fields["mchid"] == MERCHANT and fields["notify_url"].startswith("http")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", fields["time_expire"]) and fields["amount"]["currency"] == "CNY"
        order = self.orders.setdefault(number, {
            "appid": APP, "mchid": MERCHANT, "out_trade_no": number, "trade_state": "NOTPAY", "trade_state_desc": "订单未支付",
            "amount": {"total": fields["amount"]["total"], "currency": "CNY"}})
        if order["trade_state"] != "NOTPAY":
            return 400, {"code": "ORDERPAID", "message": "订单已支付"}
        if kind == "h5":
            scene = fields["scene_info"]
            assert scene["h5_info"]["type"] == "Wap" and re.fullmatch(r"[0-9a-f.:]+", scene["payer_client_ip"])
            return 200, {"h5_url": f"{self.url}/h5?prepay_id=wx{number}&package=1"}
        if kind == "jsapi":
            assert fields["payer"]["openid"].startswith("o")
            return 200, {"prepay_id": "wx" + number}
        return 200, {"code_url": f"weixin://wxpay/bizpayurl?pr={number[:9]}"}

    def pay(self, number, total=None):
        """The buyer pays in WeChat; the notice may come, or not."""
        order = self.orders[number]
        order |= {"transaction_id": "42" + str(abs(hash(number)) % 10**26).zfill(26), "trade_state": "SUCCESS", "trade_type": "NATIVE", "bank_type": "OTHERS",
                  "attach": "", "success_time": "2026-11-30T10:00:00+08:00", "payer": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
                  "amount": order["amount"] | {"total": total or order["amount"]["total"], "payer_total": total or order["amount"]["total"], "payer_currency": "CNY"}}
        return order

    def give_back(self, fields):
        key = fields["out_refund_no"]
        order = next((order for order in self.orders.values() if order.get("transaction_id") == fields["transaction_id"]), None)
        if not order:
            return 404, {"code": "RESOURCE_NOT_EXISTS", "message": "订单不存在"}
        if key not in self.refunds:
            gone = sum(refund["amount"]["refund"] for refund in self.refunds.values() if refund["transaction_id"] == fields["transaction_id"])
            assert fields["amount"]["total"] == order["amount"]["total"]
            if gone + fields["amount"]["refund"] > order["amount"]["total"]:
                return 403, {"code": "NOT_ENOUGH", "message": "余额不足"}
            self.refunds[key] = {
                "refund_id": f"503{len(self.refunds) + 1:025}", "out_refund_no": key, "transaction_id": fields["transaction_id"], "out_trade_no": order["out_trade_no"],
                "channel": "ORIGINAL", "user_received_account": "支付用户零钱", "create_time": "2026-11-30T11:00:00+08:00", "status": "PROCESSING",
                "amount": fields["amount"] | {"payer_total": order["amount"]["total"], "payer_refund": fields["amount"]["refund"]}}
            order["trade_state"] = "REFUND"
        return 200, self.refunds[key]

    def finish(self, key, status="SUCCESS"):
        """The refund's end; what a notice says of it."""
        refund = self.refunds[key]
        refund |= {"status": status}
        told = {name: refund[name] for name in ("refund_id", "out_refund_no", "transaction_id", "out_trade_no", "user_received_account")}
        amount = {name: refund["amount"][name] for name in ("total", "refund", "payer_total", "payer_refund")}
        return told | {"mchid": MERCHANT, "refund_status": status, "success_time": "2026-11-30T12:00:00+08:00", "amount": amount}

    def notice(self, kind, resource, id="EV-1", key=API_KEY, body=None, **signed):
        """A notice's body and headers."""
        body = body or json.dumps({
            "id": id, "create_time": "2026-11-30T10:00:01+08:00", "resource_type": "encrypt-resource", "event_type": kind, "summary": "支付成功",
            "resource": sealed(json.dumps(resource, ensure_ascii=False), "transaction", key) | {"original_type": "transaction"}}).encode()
        return body, self.signature(body, **signed) | {"Content-Type": "application/json"}


def sealed(text, about, key=API_KEY):
    nonce = secrets.token_hex(6)
    hidden = base64.b64encode(AESGCM(key.encode()).encrypt(nonce.encode(), text.encode(), about.encode())).decode()
    assert utils.aes_decrypt(nonce, hidden, about, key) == text
    return {"algorithm": "AEAD_AES_256_GCM", "nonce": nonce, "associated_data": about, "ciphertext": hidden}


def bill(*rows):
    """A day's table: each row names some columns."""
    names = HEAD.split(",")
    lines = [HEAD] + [",".join("`" + str(row.get(name, "")) for name in names) for row in rows]
    sums = ["总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额", "`1,`0.00,`0.00,`0.00,`0.00,`0.00,`0.00"]
    return ("\ufeff" + "\r\n".join(lines + sums) + "\r\n").encode()

"""Alipay's own library, alipay-sdk-python: it has the import name of another one, and so runs in an environment of its own.

One JSON object on the standard input: {"params": …, "key": …} is signed, with "sign" as well it is checked.
"""

import json
import sys

from alipay.aop.api.util.SignatureUtils import get_sign_content, sign_with_rsa2, verify_with_rsa

asked = json.load(sys.stdin)
content = get_sign_content(asked["params"])
if "sign" in asked:
    print(verify_with_rsa(asked["key"], content.encode(), asked["sign"]))
else:
    print(sign_with_rsa2(asked["key"], content, "utf-8"))

"""Keys and certificates, made once for a run."""

import datetime
import functools

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID


@functools.cache
def key(name):
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_pem(name, traditional=False):
    form = serialization.PrivateFormat.TraditionalOpenSSL if traditional else serialization.PrivateFormat.PKCS8
    return key(name).private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def public_pem(name):
    return key(name).public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


@functools.cache
def certificate(name, serial):
    subject = x509.Name([
        x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Tenpay 支付"),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "CA Centre"), x509.NameAttribute(NameOID.COMMON_NAME, "Stand-in, Root"),
    ])
    start = datetime.datetime(2020, 1, 1)
    return (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key(name).public_key()).serial_number(serial)
        .not_valid_before(start).not_valid_after(start + datetime.timedelta(days=36500)).sign(key(name), hashes.SHA256())
    )


def certificate_pem(name, serial):
    return certificate(name, serial).public_bytes(serialization.Encoding.PEM).decode()

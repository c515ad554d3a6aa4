"""What a connection may carry: through raw sockets, since a client's library would not send most of this."""

import json

import pytest
from companion import answers

HEAD = b"Host: me.example\r\n"
GET = b"GET /api/healthz HTTP/1.1\r\n" + HEAD + b"\r\n"


def problem(answer):
    status, headers, body = answer
    assert headers["content-type"] == "application/problem+json"
    found = json.loads(body)
    assert found["status"] == status and found["request"] == headers["x-request-id"]
    return found["code"]


def one(shared, request):
    """The one answer to a request that ends its connection."""
    heard, closed = shared.talk(request)
    assert closed
    [answer] = answers(heard)
    return answer


def test_requests_that_come_at_once_are_answered_in_their_order(shared):
    heard, closed = shared.talk(
        GET * 50 + b"GET /api/nothing HTTP/1.1\r\n" + HEAD + b"\r\n" + b"GET /api/healthz HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n\r\n")
    assert closed
    assert [status for status, _, _ in answers(heard)] == [200] * 50 + [404, 200]


def test_what_follows_the_last_request_is_not_one(shared):
    heard, closed = shared.talk(b"GET /api/healthz HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n\r\n" + GET)
    assert closed and len(answers(heard)) == 1


def test_http_1_0_is_answered_once(shared):
    status, headers, _ = one(shared, b"GET /api/healthz HTTP/1.0\r\n\r\n" + GET)
    assert status == 200 and headers["connection"] == "close"


SMUGGLED = b"GET /api/healthz HTTP/1.1\r\n" + HEAD + b"\r\n"


@pytest.mark.parametrize("name, fields, body", [
    ("length and coding", b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"),
    ("coding and length", b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", b"0\r\n\r\n"),
    ("two lengths", b"Content-Length: 0\r\nContent-Length: 44\r\n", b""),
    ("two equal lengths", b"Content-Length: 0\r\nContent-Length: 0\r\n", b""),
    ("a list of lengths", b"Content-Length: 0, 0\r\n", b""),
    ("a signed length", b"Content-Length: +0\r\n", b""),
    ("a negative length", b"Content-Length: -1\r\n", b""),
    ("a hexadecimal length", b"Content-Length: 0x4\r\n", b""),
    ("an endless length", b"Content-Length: 99999999999999999999999\r\n", b""),
    ("an empty length", b"Content-Length:\r\n", b""),
    ("two codings", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"),
    ("a list of codings", b"Transfer-Encoding: gzip, chunked\r\n", b"0\r\n\r\n"),
    ("an unknown coding", b"Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n"),
    ("a coding in disguise", b"Transfer-Encoding:\x0bchunked\r\n", b"0\r\n\r\n"),
    ("a coding that is identity", b"Transfer-Encoding: identity\r\nContent-Length: 0\r\n", b""),
    ("a space before the colon", b"Transfer-Encoding : chunked\r\n", b"0\r\n\r\n"),
    ("a folded field", b"Content-Length: 0\r\n X: y\r\n", b""),
    ("a field without a name", b": x\r\n", b""),
    ("a field without a colon", b"Nonsense\r\n", b""),
    ("a NUL in a field", b"X: a\x00b\r\n", b""),
    ("a bare CR in a field", b"X: a\rb\r\n", b""),
    ("a bare LF after a field", b"X: a\nY: b\r\n", b""),
    ("two hosts", b"Host: other.example\r\n", b""),
])
def test_what_two_readers_could_read_differently_is_refused_and_the_connection_closed(shared, name, fields, body):
    heard, closed = shared.talk(
        b"POST /api/sign-out HTTP/1.1\r\n" + HEAD + fields + b"Origin: http://localhost:8080\r\nContent-Type: application/json\r\n\r\n" + body + SMUGGLED)
    assert closed
    [answer] = answers(heard)
    assert answer[0] == 400 and problem(answer) == "bad-request" and answer[1]["connection"] == "close"


@pytest.mark.parametrize("line", [
    b"GET /api/healthz HTTP/1.1\n", b"GET /api/healthz HTTP/1.2\r\n", b"GET /api/healthz HTTP/2.0\r\n",
    b"GET /api/healthz HTTP/0.9\r\n", b"GET /api/healthz\r\n", b"GET /api/he althz HTTP/1.1\r\n", b"GET /api/\x00 HTTP/1.1\r\n",
    b"GET /api/\xe8\xaf\xbe HTTP/1.1\r\n", b"GET api/healthz HTTP/1.1\r\n", b"GET * HTTP/1.1\r\n", b"GET http://other.example/api/healthz HTTP/1.1\r\n",
    b"CONNECT other.example:443 HTTP/1.1\r\n", b"GET /api/healthz#part HTTP/1.1\r\n", b"NONSENSE /api/healthz HTTP/1.1\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01",
    b"PRI * HTTP/2.0\r\n",
])
def test_a_first_line_that_is_none_is_refused(shared, line):
    answer = one(shared, line + HEAD + b"\r\n")
    assert answer[0] == 400 and problem(answer) == "bad-request"


@pytest.mark.parametrize("chunks", [b"5\r\nhello\r\n0\r\n\r\n", b"5;x=y\r\nhello\r\n0\r\n\r\n"])
def test_chunks_are_read(shared, chunks):
    heard, _ = shared.talk(
        b"POST /api/payments/stripe HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunks)
    assert answers(heard)[0][0] in (400, 401, 404)


@pytest.mark.parametrize("chunks", [
    b"5\nhello\r\n0\r\n\r\n", b"-1\r\nhello\r\n0\r\n\r\n", b"0x5\r\nhello\r\n0\r\n\r\n", b"5\r\nhelloXX0\r\n\r\n", b"fffffffffffffffff\r\nhello",
    b"g\r\nhello\r\n0\r\n\r\n", b" 5\r\nhello\r\n0\r\n\r\n",
])
def test_chunks_that_could_be_read_differently_end_the_connection(shared, chunks):
    heard, closed = shared.talk(b"POST /api/payments/stripe HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + SMUGGLED)
    assert closed
    assert [status for status, _, _ in answers(heard)] == [400]


def test_a_host_is_needed(shared):
    answer = one(shared, b"GET /api/healthz HTTP/1.1\r\n\r\n")
    assert answer[0] == 400 and problem(answer) == "bad-request"


@pytest.mark.parametrize("fields", [
    b"X: " + b"a" * 9000 + b"\r\n", b"".join(b"X-%d: %s\r\n" % (number, b"a" * 1000) for number in range(20)),
    b"".join(b"X-%d: a\r\n" % number for number in range(200)),
])
def test_headers_are_bounded(shared, fields):
    answer = one(shared, b"GET /api/healthz HTTP/1.1\r\n" + HEAD + fields + b"\r\n")
    assert answer[0] == 431 and problem(answer) == "headers-too-large"


def test_addresses_are_bounded(shared):
    answer = one(shared, b"GET /api/" + b"a" * 8200 + b" HTTP/1.1\r\n" + HEAD + b"\r\n")
    assert (answer[0], problem(answer)) in ((414, "path-too-long"), (431, "headers-too-large"))


def test_a_body_that_is_said_to_be_too_large_is_refused_before_it_comes(shared):
    answer = one(
        shared, b"POST /api/sign-out HTTP/1.1\r\n" + HEAD + b"Origin: http://localhost:8080\r\nContent-Type: application/json\r\nContent-Length: 70000\r\n\r\n{")
    assert answer[0] == 413 and problem(answer) == "too-large"


def test_a_body_that_turns_out_too_large_is_refused(shared):
    answer = one(
        shared, b"POST /api/sign-out HTTP/1.1\r\n" + HEAD + b"Origin: http://localhost:8080\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"4000\r\n" + b" " * 0x4000 + b"\r\n" + (b"4000\r\n" + b" " * 0x4000 + b"\r\n") * 5)
    assert answer[0] == 413 and problem(answer) == "too-large"


def test_a_long_answer_arrives_although_more_was_sent_than_read(shared):
    """Closing with unread bytes would send a reset, and the client might never see the answer."""
    for _ in range(20):
        answer = one(
            shared, b"POST /api/sign-out HTTP/1.1\r\n" + HEAD + b"Origin: http://localhost:8080\r\nContent-Type: application/json\r\nContent-Length: 200000\r\n\r\n"
            + b" " * 200_000)
        assert answer[0] == 413


def test_a_client_that_leaves_in_the_middle_does_no_harm(shared):
    for part in (b"", b"GET", GET[:-2], b"POST /api/sign-out HTTP/1.1\r\n" + HEAD + b"Content-Length: 10\r\n\r\n{"):
        with shared.socket() as connection:
            connection.sendall(part)
    heard, _ = shared.talk(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert answers(heard)[0][0] == 200

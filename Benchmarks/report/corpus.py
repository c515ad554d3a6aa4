"""Makes the corpus: events and orders of a large school, once as Parquet and once as a store of the companion's.

The same numbers give the same rows. Events are in the form in which the companion keeps them; the store's tables are made by
the program itself, so that this follows its schema.
"""

import pathlib
import sqlite3
import subprocess
import sys

import duckdb

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "Tests/Companion"))
from companion import SECRET, SITE, catalogue  # noqa: E402

COURSES, LESSONS = 20, 10
BEGIN = 1_767_225_600_000  # 2026-01-01
DAYS = 180


def courses():
    return [
        {
            "id": f"c{course}", "title": {"en": f"Course {course}"}, "path": {"en": f"courses/c{course}/"}, "epoch": 1,
            "prices": [{"currency": "CNY", "minorUnits": 19900}],
            "lessons": [
                {"id": f"c{course}/l{lesson}", "title": {"en": f"Lesson {lesson}"}, "path": {"en": f"courses/c{course}/l{lesson}/"},
                 "access": "paid", "durationSeconds": 300 + lesson * 30, "dripDays": 0}
                for lesson in range(LESSONS)
            ],
        }
        for course in range(COURSES)
    ]


EVENTS = """
CREATE TABLE visit AS
SELECT i, substr(md5('v' || i), 1, 32) AS visit, hash(i * 7 + 1) AS h,
  CASE WHEN hash(i * 7 + 2) % 100 < 30 THEN 'learner-' || lpad((hash(i * 7 + 3) % 60000)::VARCHAR, 8, '0') END AS learner,
  hash(i * 7 + 4) % {courses} AS course, hash(i * 7 + 5) % {lessons} AS lesson,
  {begin} + (i::DOUBLE / {visits} * {days} * 86400000)::BIGINT AS "at",
  ['weibo.com', 'www.bing.com', 'www.zhihu.com', 'www.youtube.com', 'github.com'][1 + (hash(i * 7 + 6) % 5)::INT] AS referrer,
  hash(i * 7 + 6) % 11 AS source
FROM range({visits}) t(i);

CREATE TABLE event AS
SELECT visit, 'v' || n AS event, 'view' AS kind, "at" + n * 20000 AS "at", learner, NULL AS course, NULL AS lesson,
  CASE WHEN n > 0 THEN '{{"path":"/courses/c' || course || '/l' || lesson || '/"}}'
    WHEN source = 0 THEN '{{"path":"/courses/c' || course || '/","source":"newsletter","campaign":"spring"}}'
    WHEN source < 6 THEN '{{"path":"/courses/c' || course || '/","referrer":"' || referrer || '"}}'
    ELSE '{{"path":"/courses/c' || course || '/"}}' END AS detail
FROM visit, range(3) r(n) WHERE n <= h % 3
UNION ALL
SELECT visit, 's' || n, 'step', "at" + 5000 + n * 60000, learner, 'c' || course, NULL,
  CASE n WHEN 0 THEN '{{"name":"price-seen"}}' ELSE '{{"name":"checkout-opened"}}' END
FROM visit, range(2) r(n) WHERE learner IS NULL AND (n = 0 AND h % 10 < 5 OR n = 1 AND h % 100 < 8)
UNION ALL
SELECT visit, 'p' || n, 'video', "at" + 60000 + n * 15000, learner, 'c' || course, 'c' || course || '/l' || lesson,
  '{{"watched":"' || (n * 15) || '-' || (n * 15 + 15) || '","rate":' || (CASE WHEN h % 4 = 0 THEN '1.5' ELSE '1' END)
  || ',"length":' || (300 + lesson * 30) || ',"position":' || (n * 15 + 15) || '}}'
FROM visit, range(20) r(n) WHERE learner IS NOT NULL AND n <= hash(i + 11) % 26
UNION ALL
SELECT visit, 'q' || n, 'quiz', "at" + 400000 + n * 20000, learner, 'c' || course, 'c' || course || '/l' || lesson,
  '{{"question":"q' || n || '","answer":"' || chr((97 + hash(i * 5 + n) % 4)::INT) || '","correct":' || (CASE WHEN hash(i * 5 + n) % 4 = 0 THEN 'true' ELSE 'false' END)
  || ',"attempt":1}}'
FROM visit, range(4) r(n) WHERE learner IS NOT NULL AND h % 10 < 8
UNION ALL
SELECT visit, 'd', 'done', "at" + 500000, learner, 'c' || course, 'c' || course || '/l' || lesson, '{{}}'
FROM visit WHERE learner IS NOT NULL AND h % 10 < 6;

COPY (SELECT row_number() OVER (ORDER BY "at", visit, event) AS seq, visit, event, kind, "at", "at" + 3000 AS received_at, learner, course, lesson, detail, 0 AS robot
      FROM event ORDER BY seq LIMIT {events}) TO '{folder}/beacons.parquet';

CREATE TABLE buying AS
SELECT i, 'order-' || lpad(i::VARCHAR, 10, '0') AS id, 'learner-' || lpad((i % 60000)::VARCHAR, 8, '0') AS learner,
  CASE WHEN hash(i * 3) % 5 = 0 THEN 'manual' ELSE 'stripe' END AS provider, CASE WHEN hash(i * 3 + 1) % 4 = 0 THEN 'USD' ELSE 'CNY' END AS currency,
  {begin} + (i::DOUBLE / {orders} * {days} * 86400000)::BIGINT AS created_at, hash(i * 3 + 2) % 20 AS course, hash(i * 3 + 2) % 100 AS fate,
  (SELECT visit FROM visit v WHERE v.i = o.i * ({visits} // {orders})) AS visit
FROM range({orders}) o(i);
COPY (SELECT id, learner, provider, currency, created_at, visit, 19900 AS total, 'c' || course AS course,
        CASE WHEN fate < 60 THEN 'paid' WHEN fate < 63 THEN 'refunded' ELSE 'pending' END AS state,
        CASE WHEN fate < 63 THEN 19900 ELSE 0 END AS received, CASE WHEN fate BETWEEN 60 AND 62 THEN 19900 ELSE 0 END AS refunded,
        CASE WHEN fate < 63 THEN created_at + 45000 END AS granted_at, (fate < 60)::INT AS grants
      FROM buying ORDER BY i) TO '{folder}/orders.parquet';
"""


def make(folder, program, events, orders):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    visits = max(orders, events * 125 // 1000)
    db = duckdb.connect()
    db.execute("SET enable_progress_bar = false")
    db.execute(EVENTS.format(courses=COURSES, lessons=LESSONS, begin=BEGIN, days=DAYS, visits=visits, orders=orders, events=events, folder=folder))
    db.close()
    (folder / "catalogue.json").write_bytes(catalogue(courses=courses()))
    (folder / "site.secret").write_text(SECRET.hex() + "\n")
    (folder / "site.secret").chmod(0o600)
    (folder / "companion.yml").write_text(
        f"site: {SITE}/\ncatalogue: catalogue.json\ndata: data\nsecret-file: site.secret\n"
        "mail: {from: a@me.example, smtp: 'smtp://127.0.0.1:9', insecure: true}\nmanual: {instructions: {en: [Bank.]}}\n")
    subprocess.run([program, "report", "--demo", "--visits", "1", "--planted", "none", "--data", "data"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    fill_shop(folder)
    fill_beacons(folder, 0, events)


def copy(store, sql, insert):
    rows = duckdb.connect().execute(sql)
    while batch := rows.fetchmany(100_000):
        store.executemany(insert, batch)


def fill_shop(folder):
    shop = sqlite3.connect(folder / "data/shop.sqlite")
    for table in ["outbox", "payment", "fact", "order_item", "order_", "learner"]:
        shop.execute(f"DELETE FROM {table}")
    orders = f"'{folder}/orders.parquet'"
    copy(shop, f"SELECT DISTINCT learner, learner || '@me.example', 'en', {BEGIN} FROM {orders}", "INSERT INTO learner (id, email, language, created_at) VALUES (?, ?, ?, ?)")
    copy(
        shop, f"SELECT id, learner, 'learner:' || id, id, provider, total, currency, 'en', visit, created_at, state, grants, granted_at, received, refunded FROM {orders}",
        "INSERT INTO order_ (id, learner, buyer, attempt, provider, total, currency, language, visit, created_at, state, grants, granted_at, received, refunded) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    copy(shop, f"SELECT id, 0, course, course, total FROM {orders}", "INSERT INTO order_item (order_id, position, course, title, price) VALUES (?, ?, ?, ?, ?)")
    shop.commit()
    shop.close()


def fill_beacons(folder, after, through):
    """Adds the events with these numbers, in their order."""
    store = sqlite3.connect(folder / "data/beacons.sqlite")
    if after == 0:
        store.execute("DELETE FROM beacon")
    copy(
        store, f"SELECT seq, visit, event, kind, \"at\", received_at, learner, course, lesson, detail, robot FROM '{folder}/beacons.parquet' WHERE seq > {after} AND seq <= {through} ORDER BY seq",
        "INSERT INTO beacon (seq, visit, event, kind, at, received_at, learner, course, lesson, detail, robot) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    store.execute("UPDATE beacon_mark SET last_seq = (SELECT coalesce(max(seq), 0) FROM beacon)")
    store.commit()
    store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()

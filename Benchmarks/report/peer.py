"""The same tables by DuckDB over Parquet: sales, funnel by source, lessons with unions of ranges, second by second, quizzes.

    peer.py FOLDER [--json]

Whoever wants to know whether the two agree prints them: run.py compares some of them.
"""

import json
import sys

import duckdb

TABLES = {
    "sales": "SELECT currency, count(*), count(granted_at), sum(received), sum(refunded), count(DISTINCT CASE WHEN received > 0 THEN learner END) FROM orders GROUP BY 1 ORDER BY 1",
    "sales-by-week": "SELECT currency, date_trunc('week', to_timestamp(created_at / 1000)), count(*), sum(received), sum(refunded) FROM orders GROUP BY ALL ORDER BY ALL",
    "sales-by-course": "SELECT course, currency, count(*), sum(received), sum(refunded) FROM orders GROUP BY ALL ORDER BY ALL",
    "sales-by-provider": "SELECT provider, currency, count(*), sum(received), sum(refunded) FROM orders GROUP BY ALL ORDER BY ALL",
    "orders-by-state": "SELECT state, currency, count(*), sum(received) FROM orders GROUP BY ALL ORDER BY ALL",
    "sources": """
        SELECT source, count(*), count(*) FILTER (last >= 1), count(*) FILTER (last >= 2), count(*) FILTER (last >= 3),
          median(CASE WHEN price >= seen THEN price - seen END), median(CASE WHEN checkout >= price THEN checkout - price END),
          median(CASE WHEN paid >= checkout THEN paid - checkout END)
        FROM (SELECT *, CASE WHEN paid IS NOT NULL THEN 3 WHEN checkout IS NOT NULL THEN 2 WHEN price IS NOT NULL THEN 1 ELSE 0 END AS last
              FROM visits LEFT JOIN (SELECT visit, min(granted_at) AS paid FROM orders GROUP BY 1) USING (visit)
              WHERE NOT (learner IS NOT NULL AND price IS NULL AND checkout IS NULL AND paid IS NULL))
        GROUP BY 1 ORDER BY 2 DESC""",
    "lessons": """
        SELECT lesson, count(*), count(started), count(done), median(share), sum(played), sum(unique_seconds), sum(rated) / sum(played)
        FROM people GROUP BY 1 ORDER BY 1""",
    "watched": "SELECT lesson, least(9, greatest(0, ceil(share * 10) - 1))::INT AS bin, count(*) FROM people WHERE share IS NOT NULL GROUP BY ALL ORDER BY ALL",
    "seconds": """
        SELECT lesson, stretch, count(*), count(*) FILTER (furthest <= stretch * 5 + 5) FROM people, range(120) s(stretch)
        WHERE furthest IS NOT NULL AND stretch * 5 < furthest GROUP BY ALL ORDER BY ALL""",
    "seen": """
        SELECT lesson, stretch, count(DISTINCT who) FROM (SELECT who, lesson, unnest(range(lower // 5, (upper + 4) // 5)) AS stretch FROM ranges)
        GROUP BY ALL ORDER BY ALL""",
    "twice": """
        SELECT lesson, lower // 5 AS stretch, count(DISTINCT who) FROM (
          SELECT who, lesson, lower, lead(lower) OVER (PARTITION BY who, lesson ORDER BY lower, upper) < upper AS again FROM ranges)
        WHERE again GROUP BY ALL ORDER BY ALL""",
    "questions": """
        SELECT lesson, question, count(*), sum(correct), corr(correct, total - correct) FROM (
          SELECT *, sum(correct) OVER (PARTITION BY who, lesson) AS total, count(*) OVER (PARTITION BY who, lesson) AS answered FROM firsts)
        WHERE answered = 4 GROUP BY ALL ORDER BY ALL""",
    "answers": "SELECT lesson, question, answer, count(*) FROM firsts GROUP BY ALL ORDER BY ALL",
    "courses": """
        SELECT course, count(*), count(*) FILTER (done >= 5), count(*) FILTER (done >= 10), median(CASE WHEN done >= 10 THEN last - first END) FROM (
          SELECT who, split_part(lesson, '/', 1) AS course, count(done) AS done, min(started) AS first, max(done) AS last FROM people GROUP BY ALL)
        GROUP BY 1 ORDER BY 1""",
}

VIEWS = """
CREATE VIEW orders AS SELECT * FROM '{folder}/orders.parquet';
CREATE TABLE visits AS
SELECT visit, min("at") AS seen, min(learner) AS learner, coalesce(
    arg_min(CASE WHEN kind = 'view' THEN coalesce('campaign ' || (detail->>'$.campaign'), 'source ' || (detail->>'$.source'), detail->>'$.referrer') END, "at"), '(direct)') AS source,
  min("at") FILTER (kind = 'step' AND detail->>'$.name' = 'price-seen') AS price, min("at") FILTER (kind = 'step' AND detail->>'$.name' = 'checkout-opened') AS checkout
FROM beacons GROUP BY visit;
CREATE TABLE ranges AS
SELECT coalesce(learner, visit) AS who, lesson, "at", (split_part(r, '-', 1))::INT AS lower, (split_part(r, '-', 2))::INT AS upper, (detail->>'$.rate')::DOUBLE AS rate
FROM (SELECT *, unnest(string_split(detail->>'$.watched', ',')) AS r FROM beacons WHERE kind = 'video');
CREATE TABLE unions AS
SELECT who, lesson, sum(upper - lower) AS unique_seconds, max(upper) AS furthest FROM (
  SELECT who, lesson, island, min(lower) AS lower, max(upper) AS upper FROM (
    SELECT *, sum(CASE WHEN lower > reach THEN 1 ELSE 0 END) OVER (PARTITION BY who, lesson ORDER BY lower, upper) AS island FROM (
      SELECT *, max(upper) OVER (PARTITION BY who, lesson ORDER BY lower, upper ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reach FROM ranges))
  GROUP BY ALL) GROUP BY ALL;
CREATE TABLE people AS
SELECT who, lesson, started, done, unique_seconds, furthest, played, rated, least(1, unique_seconds / length) AS share FROM (
    SELECT coalesce(learner, visit) AS who, coalesce(lesson, regexp_extract(detail->>'$.path', 'courses/(c\\d+/l\\d+)/', 1)) AS lesson,
      min("at") FILTER (kind <> 'view') AS started, min("at") FILTER (kind = 'done') AS done FROM beacons
    WHERE lesson IS NOT NULL OR kind = 'view' AND detail->>'$.path' LIKE '/courses/c%/l%' GROUP BY ALL)
  LEFT JOIN unions USING (who, lesson)
  LEFT JOIN (SELECT who, lesson, sum(upper - lower) AS played, sum((upper - lower) * rate) AS rated FROM ranges GROUP BY ALL) USING (who, lesson)
  LEFT JOIN (SELECT lesson, max((detail->>'$.length')::INT) AS length FROM beacons WHERE kind = 'video' GROUP BY 1) USING (lesson);
CREATE TABLE firsts AS
SELECT who, lesson, question, arg_min(correct, "at") AS correct, arg_min(answer, "at") AS answer FROM (
  SELECT coalesce(learner, visit) AS who, lesson, detail->>'$.question' AS question, (detail->>'$.correct' = 'true')::INT AS correct, detail->>'$.answer' AS answer, "at"
  FROM beacons WHERE kind = 'quiz' AND (detail->>'$.attempt')::INT = 1) GROUP BY ALL;
"""


def compute(folder, through=None):
    db = duckdb.connect()
    db.execute("SET enable_progress_bar = false")
    where = f" WHERE seq <= {through}" if through else ""
    db.execute(f"CREATE VIEW beacons AS SELECT * FROM '{folder}/beacons.parquet'{where}")
    db.execute(VIEWS.format(folder=folder))
    return {name: db.execute(sql).fetchall() for name, sql in TABLES.items()}


if __name__ == "__main__":
    tables = compute(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 and sys.argv[2].isdigit() else None)
    if "--json" in sys.argv:
        print(json.dumps(tables, default=str))

"""The report's figures once more, in plain Python over the rows of the database: slow, and as simple as can be."""

import collections
import datetime
import json
import math
import sqlite3
import statistics

NEVER = float("inf")


def wilson(hits, of, z=1.959963984540054):
    p = hits / of
    middle = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    return (0 if hits == 0 else max(0, middle - half), 1 if hits == of else min(1, middle + half))


def day(milliseconds):
    return datetime.datetime.fromtimestamp(milliseconds // 1000, datetime.UTC).date()


def shared(amount, weights):
    """An amount in whole parts: those up to each one together are rounded down."""
    weights = weights if any(weights) else [1] * len(weights)
    up_to = [amount * sum(weights[:count]) // sum(weights) for count in range(len(weights) + 1)]
    return [after - before for before, after in zip(up_to, up_to[1:])]


class Term:
    """Everything that happened, by person, with robots and the creator left out."""

    def __init__(self, data, courses, creator, now):
        self.courses = courses  # id → [(lesson, seconds)]
        self.now = now
        shop = sqlite3.connect(data / "shop.sqlite")
        shop.row_factory = sqlite3.Row
        self.orders = [dict(row) for row in shop.execute("SELECT * FROM order_ ORDER BY created_at, id")]
        items = collections.defaultdict(list)
        for row in shop.execute("SELECT * FROM order_item ORDER BY order_id, position"):
            items[row["order_id"]].append((row["course"], row["price"]))
        closed = {(row[0], row[1]) for row in shop.execute("SELECT order_id, course FROM order_item WHERE closed = 1")}
        self.seats = collections.defaultdict(list)
        for order, learner, at in shop.execute("SELECT order_id, learner, taken_at FROM seat"):
            self.seats[order].append((learner, at))
        for_course = collections.Counter()
        for key, one in {row["key"]: row for row in shop.execute("SELECT * FROM course_refund ORDER BY status")}.items():
            if one["status"] == 1:  # of one refund the highest status counts: 2 is failed
                for_course[one["order_id"], one["course"]] += one["amount"]
        covered = collections.defaultdict(set)
        for coupon, course in shop.execute("SELECT coupon, course FROM coupon_course"):
            covered[coupon].add(course)
        fees, told, country = collections.Counter(), set(), {}
        for row in shop.execute("SELECT p.order_id, p.payment, p.country, f.amount, f.about FROM payment p LEFT JOIN payment_fee f USING (provider, payment)"):
            country[row["order_id"]] = row["country"]
            if row["about"]:
                fees[row["order_id"]] += row["amount"]
                told |= {row["payment"]} if row["about"] == "payment" else set()
        unknown = collections.Counter()
        for row in shop.execute("SELECT order_id, key, amount FROM fact WHERE kind = 'paid'"):
            unknown[row["order_id"]] += row["amount"] if row["key"] not in told else 0
        disputed = {row[0] for row in shop.execute("SELECT order_id FROM fact WHERE kind = 'dispute'")}
        for order in self.orders:
            order["items"] = items[order["id"]]
            order["open"] = [course for course, _ in order["items"] if (order["id"], course) not in closed]
            order["for_course"] = {course: for_course[order["id"], course] for course, _ in order["items"]}
            order["fees"], order["unknown"], order["country"] = fees[order["id"]], unknown[order["id"]], country.get(order["id"])
            order["covered"] = covered[order["coupon"]]
            order["disputed"] = order["id"] in disputed
        creators = {row[0] for row in shop.execute("SELECT id FROM learner WHERE email = ?", [creator])}
        beacons = sqlite3.connect(data / "beacons.sqlite")
        beacons.row_factory = sqlite3.Row
        self.events = [dict(row) | {"detail": json.loads(row["detail"]), "second": row["at"] // 1000} for row in beacons.execute("SELECT * FROM beacon ORDER BY seq")]
        visits = collections.defaultdict(list)
        for event in self.events:
            visits[event["visit"]].append(event)
        self.learner_of = {visit: next((event["learner"] for event in events if event["learner"]), None) for visit, events in visits.items()}
        self.robots = {visit for visit, events in visits.items() if any(event["robot"] for event in events)}
        self.own = {visit for visit in visits if visit not in self.robots and self.learner_of[visit] in creators}
        self.visits = {visit: events for visit, events in visits.items() if visit not in self.robots and visit not in self.own}
        # Who did what in which lesson.
        self.did = collections.defaultdict(list)
        paths = {f"/courses/{course}/": (course, None) for course in courses} | {
            f"/courses/{lesson}/": (course, lesson) for course, lessons in courses.items() for lesson, _ in lessons}
        for visit, events in self.visits.items():
            for event in events:
                if event["kind"] == "view":
                    event["course"], event["lesson"] = paths.get(event["detail"]["path"], (None, None))
                if event["lesson"] and event["kind"] != "ask":
                    self.did[event["lesson"], event["learner"] or self.learner_of[visit] or visit].append(event)

    def started(self, lesson, who):
        return min((event["second"] for event in self.did.get((lesson, who), []) if event["kind"] != "view"), default=NEVER)

    def done(self, lesson, who):
        return min((event["second"] for event in self.did.get((lesson, who), []) if event["kind"] == "done"), default=NEVER)

    # Sales

    def split(self, order):
        """What each course has of an order's money."""
        courses = [course for course, _ in order["items"]]
        paid = self.paid_for_each(order)
        received, fees, unknown = (shared(order[name], paid) for name in ("received", "fees", "unknown"))
        own = [order["for_course"][course] for course in courses]
        left = [max(0, came - back) for came, back in zip(received, own)]
        others = shared(order["refunded"] - sum(own), left if any(left) else paid)
        for place, course in enumerate(courses):
            yield course, {"received": received[place], "fees": fees[place], "unknown": unknown[place], "refunded": own[place] + others[place]}

    def paid_for_each(self, order):
        """Prices less the coupon's part of each: by price, rounded down; the first ones give the rest, a cent each."""
        covers = [not order["covered"] or course in order["covered"] for course, _ in order["items"]]
        prices = [price for _, price in order["items"]]
        of = sum(price for price, is_covered in zip(prices, covers) if is_covered)
        off = order["discount"] or 0
        parts = [off * price // of if is_covered and of else 0 for price, is_covered in zip(prices, covers)]
        for place in [place for place, is_covered in enumerate(covers) if is_covered and prices[place]][: off - sum(parts)]:
            parts[place] += 1
        return [price - part for price, part in zip(prices, parts)]

    def sales(self, group):
        """By group and currency: orders, sold, received, fees, refunded, received with unknown fees."""
        sums = collections.defaultdict(lambda: [0, 0, 0, 0, 0, 0])
        for order in self.orders:
            for name, part in group(order):
                one = sums[name, order["currency"]]
                one[0] += 1
                one[1] += order["granted_at"] is not None
                for place, column in enumerate(("received", "fees", "refunded", "unknown"), 2):
                    one[place] += part[column]
        return sums

    def week(self, order):
        made = day(order["created_at"])
        return str(made - datetime.timedelta(days=made.weekday()))

    # Funnel

    def funnel(self):
        names = ["view", "price", "checkout", "paid", "first-lesson", "half", "completed"]
        counts, waits, sources = collections.Counter(), collections.defaultdict(list), collections.defaultdict(lambda: [0, 0, 0, 0])
        sold = collections.defaultdict(list)
        for order in self.orders:
            if order["granted_at"] and order["visit"]:
                sold[order["visit"]].append(order)
        for visit, events in self.visits.items():
            def first(kind, name=None):
                return min((e["second"] for e in events if e["kind"] == kind and (name is None or e["detail"]["name"] == name)), default=NEVER)
            times = [min(event["second"] for event in events), first("step", "price-seen"), first("step", "checkout-opened"), NEVER, NEVER, NEVER, NEVER]
            for order in sold[visit]:
                times[3] = min(times[3], order["granted_at"] // 1000)
                for course, _ in order["items"]:
                    lessons = [lesson for lesson, _ in self.courses[course]]
                    done = sorted(at for at in (self.done(lesson, order["learner"]) for lesson in lessons) if at < NEVER)
                    times[4] = min([times[4]] + [self.started(lesson, order["learner"]) for lesson in lessons])
                    half = (len(lessons) + 1) // 2
                    if len(done) >= half:
                        times[5] = min(times[5], done[half - 1])
                    if len(done) == len(lessons):
                        times[6] = min(times[6], done[-1])
            if self.learner_of[visit] and not sold[visit] and times[1] == times[2] == NEVER:
                continue
            last = max(step for step, at in enumerate(times) if at < NEVER)
            for step in range(last + 1):
                counts[names[step]] += 1
            for step in range(1, 7):
                if times[step - 1] <= times[step] < NEVER:
                    waits[names[step]].append(times[step] - times[step - 1])
            views = sorted((event for event in events if event["kind"] == "view"), key=lambda event: event["second"])
            detail = views[0]["detail"]
            source = next((prefix + detail[key] for key, prefix in (("campaign", "campaign "), ("source", "source "), ("referrer", "")) if key in detail), "(direct)")
            for step in range(min(last, 3) + 1):
                sources[source][step] += 1
        return counts, {name: statistics.median(all) for name, all in waits.items() if len(all) >= 5}, sources

    # Lessons

    def lesson(self, lesson, length):
        people = {who: events for (name, who), events in self.did.items() if name == lesson}
        shown, unique, rated, shares, furthest = 0, 0, 0.0, [], []
        per_stretch = collections.Counter()
        stretch = max(1, (length + 99) // 100)
        twice_in, left_in, there_in = collections.Counter(), collections.Counter(), collections.Counter()
        for who, events in people.items():
            seen = collections.Counter()
            for event in events:
                if event["kind"] != "video":
                    continue
                for piece in event["detail"]["watched"].split(","):
                    lower, upper = map(int, piece.split("-"))
                    shown += upper - lower
                    rated += (upper - lower) * event["detail"]["rate"]
                    seen.update(range(lower, upper))
            if not seen:
                continue
            unique += len(seen)
            shares.append(min(1, len(seen) / length))
            end = max(seen) + 1
            furthest.append(end)
            per_stretch.update({second // stretch for second in seen})
            twice_in.update({second // stretch for second, count in seen.items() if count > 1})
            last = (min(end, length) - 1) // stretch
            there_in.update(range(last + 1))
            if end < max(length * 19 // 20, length - 10) and not any(event["kind"] == "done" for event in events):
                left_in[last] += 1
        return {
            "reached": len(people), "started": sum(any(event["kind"] != "view" for event in events) for events in people.values()),
            "completed": sum(any(event["kind"] == "done" for event in events) for events in people.values()), "watchers": len(shares), "shares": shares,
            "median": statistics.median(shares) if shares else None, "replayed": (shown - unique) / shown if shown else None, "speed": rated / shown if shown else None,
            "seconds": [(place * stretch, there_in[place], per_stretch[place], twice_in[place], left_in[place]) for place in range((length + stretch - 1) // stretch)],
        }

    # Quizzes

    def firsts(self, lesson):
        """By question, by person: was the first attempt right, and what was it."""
        firsts = collections.defaultdict(dict)
        for (name, who), events in self.did.items():
            for event in sorted(events, key=lambda event: event["second"]):
                if name == lesson and event["kind"] == "quiz" and event["detail"]["attempt"] == 1:
                    firsts[event["detail"]["question"]].setdefault(who, (event["detail"]["correct"], event["detail"]["answer"]))
        return firsts

    def quiz(self, lesson):
        firsts = self.firsts(lesson)
        most = max(map(len, firsts.values()))
        items = [question for question, answers in firsts.items() if len(answers) * 2 >= most]
        people = sorted(set.intersection(*(set(firsts[question]) for question in items)))
        scores = {question: [int(firsts[question][who][0]) for who in people] for question in items}
        totals = [sum(scores[question][place] for question in items) for place in range(len(people))]
        related = {}
        if len(items) > 1 and len(people) >= 30:
            for question in items:
                rest = [total - score for total, score in zip(totals, scores[question])]
                related[question] = statistics.correlation(scores[question], rest)
        pq = sum(p * (1 - p) for p in (statistics.fmean(scores[question]) for question in items))
        reliability = len(items) / (len(items) - 1) * (1 - pq / statistics.pvariance(totals)) if len(items) > 2 and len(people) >= 30 else None
        return firsts, related, len(people), reliability

    # Courses

    def enrolled(self):
        since = {}
        for order in self.orders:
            if order["grants"]:
                # Of an order for others those who took a seat are enrolled, and not who paid.
                for learner, at in self.seats[order["id"]] if order["seats"] else [(order["learner"], order["granted_at"])]:
                    for course in order["open"]:
                        since[learner, course] = min(since.get((learner, course), NEVER), at)
        return since

    def journey(self, who, course):
        lessons = [lesson for lesson, _ in self.courses[course]]
        done = sorted(at for at in (self.done(lesson, who) for lesson in lessons) if at < NEVER)
        half = (len(lessons) + 1) // 2
        return {
            "started": min(self.started(lesson, who) for lesson in lessons),
            "last": max((event["second"] for lesson in lessons for event in self.did.get((lesson, who), [])), default=0),
            "half": done[half - 1] if len(done) >= half else NEVER, "completed": done[-1] if len(done) == len(lessons) else NEVER,
        }

"""The companion's two busiest doors as a careful Flask programmer would write them: Flask, Flask-Login, SQLAlchemy, SQLite.

Same contract and same promise as Lectern's: a beacon is answered after it is on disk (WAL, synchronous=FULL), a repeated
event changes nothing, an enrollment check asks the database who is enrolled. Started by run.py under gunicorn.
"""

import json
import os
import time

from flask import Flask, jsonify, request
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user
from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, UniqueConstraint, create_engine, event, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import declarative_base, scoped_session, sessionmaker

Base = declarative_base()
KINDS = {"view", "video", "quiz", "survey", "ask", "done", "step"}


class Learner(Base, UserMixin):
    __tablename__ = "learner"
    id = Column(Integer, primary_key=True)
    email = Column(String, unique=True, nullable=False)


class Enrollment(Base):
    __tablename__ = "enrollment"
    id = Column(Integer, primary_key=True)
    learner_id = Column(ForeignKey("learner.id"), nullable=False, index=True)
    course = Column(String, nullable=False)
    since = Column(BigInteger, nullable=False)
    __table_args__ = (UniqueConstraint("learner_id", "course"),)


class Progress(Base):
    __tablename__ = "progress"
    id = Column(Integer, primary_key=True)
    learner_id = Column(ForeignKey("learner.id"), nullable=False)
    course = Column(String, nullable=False)
    lesson = Column(String, nullable=False)
    position = Column(Integer, nullable=False, default=0)
    __table_args__ = (UniqueConstraint("learner_id", "course", "lesson"),)


class Beacon(Base):
    __tablename__ = "beacon"
    id = Column(Integer, primary_key=True)
    event = Column(String, nullable=False)
    visit = Column(String, nullable=False)
    kind = Column(String, nullable=False)
    at = Column(BigInteger, nullable=False)
    received = Column(BigInteger, nullable=False)
    body = Column(String, nullable=False)
    __table_args__ = (UniqueConstraint("visit", "event"),)


engine = create_engine("sqlite:///" + os.environ["PEER_DATABASE"], connect_args={"timeout": 30})


@event.listens_for(engine, "connect")
def durable(connection, _):
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


Session = scoped_session(sessionmaker(bind=engine))
app = Flask(__name__)
app.secret_key = os.environ["PEER_SECRET"]
login = LoginManager(app)


@login.user_loader
def load(learner):
    return Session.get(Learner, int(learner))


@app.teardown_appcontext
def close(_):
    Session.remove()


def refuse(status, code):
    answer = jsonify(type="about:blank", status=status, code=code)
    answer.content_type = "application/problem+json"
    return answer, status


@app.post("/sign-in/benchmark")
def sign_in():
    learner = Session.execute(select(Learner)).scalar_one()
    login_user(learner, remember=True)
    return "", 204


@app.get("/enrollment/<course>")
@login_required
def enrollment(course):
    row = Session.execute(
        select(Enrollment).where(Enrollment.learner_id == current_user.id, Enrollment.course == course)
    ).scalar_one_or_none()
    if row is None:
        return refuse(402, "not-enrolled")
    progress = Session.execute(
        select(Progress).where(Progress.learner_id == current_user.id, Progress.course == course)
    ).scalars()
    answer = jsonify(
        enrolled=True, since=row.since, progress={entry.lesson: {"position": entry.position} for entry in progress}
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@app.post("/beacon")
def beacon():
    raw = request.get_data(cache=False)
    if len(raw) > 65536:
        return refuse(413, "too-large")
    try:
        envelope = json.loads(raw)
        events = envelope["events"]
        visit = envelope["visit"]
    except (ValueError, KeyError, TypeError):
        return refuse(400, "malformed")
    if not isinstance(events, list) or not isinstance(visit, str) or len(visit) > 64:
        return refuse(400, "malformed")
    now = int(time.time() * 1000)
    refused, rows = [], []
    for index, entry in enumerate(events):
        if not isinstance(entry, dict) or entry.get("kind") not in KINDS or not isinstance(entry.get("id"), str):
            refused.append({"index": index, "code": "malformed"})
            continue
        rows.append(
            dict(event=entry["id"], visit=visit, kind=entry["kind"], at=int(entry["at"]), received=now, body=json.dumps(entry))
        )
    if rows:
        Session.execute(insert(Beacon).values(rows).on_conflict_do_nothing())
        Session.commit()
    return jsonify(refused=refused)


@app.get("/synchronous")
def synchronous():
    return jsonify(synchronous=Session.connection().exec_driver_sql("PRAGMA synchronous").scalar())


def seed():
    Base.metadata.create_all(engine)
    with Session() as session:
        session.add(Learner(id=1, email="learner@example.com"))
        session.flush()
        session.add(Enrollment(learner_id=1, course="python-intro", since=0))
        for number in range(12):
            session.add(Progress(learner_id=1, course="python-intro", lesson=f"lesson-{number}", position=number))
        session.commit()


if __name__ == "__main__":
    seed()

"""Who ran what, when, with which configuration, and how it ended: one table, through SQLAlchemy.

SQLite by default; any SQLAlchemy URL works. The frames are not here but in each run's log.
"""

from __future__ import annotations

import datetime
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, DateTime, Index, String, create_engine, delete, event, func, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.sql.dml import Delete, Update

from training.spec import Spec

#: Stands for the server of a run that came in a bundle.
IMPORTED = "imported"


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class Base(DeclarativeBase):
    """SQLAlchemy's registry of tables."""


class RunRow(Base):
    """One run that was played at least once."""

    __tablename__ = "runs"
    __table_args__ = (Index("runs_of_learner", "learner", "page", "created"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    learner: Mapped[str] = mapped_column(String(64))
    page: Mapped[str] = mapped_column(String(64))
    model: Mapped[str] = mapped_column(String(64))
    config: Mapped[dict[str, Any]] = mapped_column(JSON)
    title: Mapped[str] = mapped_column(String(200), default="")
    created: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), default=_now)
    ended: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True), default=None)
    outcome: Mapped[str | None] = mapped_column(String(32), default=None)  # None while it is alive
    sentence: Mapped[str] = mapped_column(String(1000), default="")
    metrics: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    server: Mapped[str] = mapped_column(
        String(128), default=""
    )  # host:pid of the server that owns the worker

    @property
    def imported(self) -> bool:
        """Whether the run was trained elsewhere and came in a bundle."""
        return self.server == IMPORTED


def this_server() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


class Store:
    """The database. Every method opens and closes its own session, so any thread may call it."""

    def __init__(self, url: str) -> None:
        if url.startswith("sqlite:///"):
            Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        self._engine = create_engine(url)
        if self._engine.dialect.name == "sqlite":
            _tune_sqlite(self._engine)
        Base.metadata.create_all(self._engine)

    def add(self, run_id: str, spec: Spec, title: str = "", server: str = "") -> None:
        """Write down a run that begins, here or on the `server` that is named."""
        with Session(self._engine) as session, session.begin():
            session.merge(
                RunRow(
                    id=run_id,
                    learner=spec.learner,
                    page=spec.page,
                    model=spec.model,
                    config=spec.config,
                    title=title,
                    server=server or this_server(),
                )
            )

    def end(self, run_id: str, outcome: str, sentence: str, metrics: Mapping[str, float]) -> None:
        """Write down how a run ended; nothing happens for one that was never played."""
        values = {"outcome": outcome, "sentence": sentence[:1000], "metrics": dict(metrics), "ended": _now()}
        with Session(self._engine) as session, session.begin():
            session.execute(update(RunRow).where(RunRow.id == run_id).values(**values))

    def get(self, run_id: str) -> RunRow | None:
        with Session(self._engine, expire_on_commit=False) as session:
            return session.get(RunRow, run_id)

    def of_learner(
        self, learner: str, page: str | None = None, limit: int = 100, offset: int = 0
    ) -> list[RunRow]:
        """A learner's runs, newest first, after passing over `offset` of them."""
        query = select(RunRow).where(RunRow.learner == learner)
        query = query.order_by(RunRow.created.desc(), RunRow.id.desc()).limit(limit).offset(offset)
        if page is not None:
            query = query.where(RunRow.page == page)
        with Session(self._engine, expire_on_commit=False) as session:
            return list(session.scalars(query))

    def count(self, learner: str) -> dict[str, int]:
        """Page → how many runs the learner has there."""
        query = select(RunRow.page, func.count()).where(RunRow.learner == learner).group_by(RunRow.page)
        with Session(self._engine) as session:
            return {row[0]: row[1] for row in session.execute(query)}

    def rename(self, run_id: str, learner: str, title: str) -> bool:
        """Give a run of the learner's own a title; False when it is not theirs."""
        mine = update(RunRow).where(RunRow.id == run_id, RunRow.learner == learner)
        return self._changed(mine.values(title=title))

    def delete(self, run_id: str, learner: str) -> bool:
        """Forget a run of the learner's own; False when it is not theirs."""
        return self._changed(delete(RunRow).where(RunRow.id == run_id, RunRow.learner == learner))

    def _changed(self, statement: Update | Delete) -> bool:
        with Session(self._engine) as session, session.begin():
            return bool(session.connection().execute(statement).rowcount)

    def alive(self) -> list[RunRow]:
        """Runs without an outcome, of whichever server."""
        with Session(self._engine, expire_on_commit=False) as session:
            return list(session.scalars(select(RunRow).where(RunRow.outcome.is_(None))))

    def delete_before(self, moment: datetime.datetime) -> list[str]:
        """Forget ended runs created before `moment`; returns their ids."""
        with Session(self._engine) as session, session.begin():
            rows = session.scalars(
                select(RunRow).where(RunRow.created < moment, RunRow.outcome.is_not(None))
            ).all()
            for row in rows:
                session.delete(row)
            return [row.id for row in rows]

    def close(self) -> None:
        self._engine.dispose()


def _tune_sqlite(engine: Engine) -> None:
    """Write-ahead log: readers never wait for writers, and a commit costs no fsync of the whole file."""

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA busy_timeout=5000")

"""The benchmarks leave a database out that can't be used here, and say why."""

from __future__ import annotations

import socket

import pytest

from benchmarks import measured


def test_a_database_whose_driver_is_not_installed_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(measured, "find_spec", lambda name: None if name == "MySQLdb" else object())
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: socket.socket())
    assert [name for name in ("postgresql", "sqlite", "mariadb") if measured.answers(name)] == [
        "postgresql",
        "sqlite",
    ]
    assert "mariadb: MySQLdb is not installed; left out" in capsys.readouterr().err


def test_a_database_whose_server_does_not_answer_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(measured, "find_spec", lambda name: object())
    monkeypatch.setattr(socket, "create_connection", refuse)
    assert not measured.answers("postgresql")
    assert "postgresql: no server answers; left out" in capsys.readouterr().err

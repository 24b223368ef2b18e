"""What a statement means for a shared transaction is read from its text, and in doubt the safe way."""

from __future__ import annotations

import pytest

from django_journey._world.database.statements import (
    first_word,
    locks_rows,
    only_reads,
    refusal,
    written_table,
)


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("SELECT 1", "SELECT"),
        ("  \n select 1", "SELECT"),
        ("-- why\nUPDATE t SET a = 1", "UPDATE"),
        ("/* a\nb */ /* c */ (SELECT 1)", "SELECT"),
        ("", ""),
        ("123", ""),
    ],
)
def test_the_first_word_is_found_behind_comments_and_brackets(sql: str, word: str) -> None:
    assert first_word(sql) == word


@pytest.mark.parametrize(
    ("vendor", "sql"),
    [
        ("postgresql", "COMMIT"),
        ("postgresql", "rollback work"),
        ("postgresql", "START TRANSACTION"),
        ("postgresql", "PREPARE TRANSACTION 'x'"),
        ("postgresql", "VACUUM ANALYZE t"),
        ("postgresql", "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)"),
        ("postgresql", "DROP INDEX CONCURRENTLY i"),
        ("postgresql", "REINDEX TABLE CONCURRENTLY t"),
        ("postgresql", "CREATE DATABASE other"),
        ("postgresql", "LISTEN channel"),
        ("postgresql", "NOTIFY channel, 'x'"),
        ("postgresql", "SELECT pg_notify('channel', 'x')"),
        ("postgresql", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"),
        ("postgresql", "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE"),
        ("postgresql", "SET default_transaction_isolation = 'serializable'"),
        ("mysql", "ALTER TABLE t ADD COLUMN a int"),
        ("mysql", "CREATE TABLE t (a int)"),
        ("mysql", "TRUNCATE t"),
        ("mysql", "LOCK TABLES t WRITE"),
        ("mysql", "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"),
        ("mysql", "SET autocommit = 1"),
        ("sqlite", "BEGIN IMMEDIATE"),
        ("sqlite", "END"),
        ("sqlite", "VACUUM"),
        ("sqlite", "ATTACH DATABASE 'x' AS y"),
        ("sqlite", "PRAGMA journal_mode = WAL"),
    ],
)
def test_what_ends_the_real_transaction_or_cannot_run_in_it_is_refused(vendor: str, sql: str) -> None:
    assert refusal(vendor, first_word(sql), sql)


@pytest.mark.parametrize(
    ("vendor", "sql"),
    [
        ("postgresql", 'ROLLBACK TO SAVEPOINT "s1"'),
        ("postgresql", "SAVEPOINT s1"),
        ("postgresql", "CREATE INDEX i ON t (a)"),
        ("postgresql", "CREATE TABLE t (a int)"),
        ("postgresql", "TRUNCATE t"),
        ("postgresql", "PREPARE plan AS SELECT 1"),
        ("postgresql", "SET LOCAL statement_timeout = 5"),
        ("postgresql", "SET CONSTRAINTS ALL IMMEDIATE"),
        ("mysql", "CREATE TEMPORARY TABLE t (a int)"),
        ("mysql", "DROP TEMPORARY TABLE t"),
        ("mysql", "ROLLBACK TO SAVEPOINT `s1`"),
        ("mysql", "SET foreign_key_checks = 0"),
        ("sqlite", 'ROLLBACK TO "s1"'),
        ("sqlite", "CREATE TABLE t (a int)"),
        ("sqlite", "PRAGMA foreign_keys"),
    ],
)
def test_what_works_in_a_transaction_is_let_through(vendor: str, sql: str) -> None:
    assert refusal(vendor, first_word(sql), sql) is None


@pytest.mark.parametrize(
    "sql", ['SELECT "a"."b" FROM "a"', "SELECT `a` FROM `t`", "SAVEPOINT s", "EXPLAIN SELECT 1"]
)
def test_the_orms_queries_only_read(sql: str) -> None:
    assert only_reads(first_word(sql), sql)


@pytest.mark.parametrize(
    "sql", ["SELECT nextval('s')", "SELECT write_something()", "WITH x AS (DELETE) SELECT 1"]
)
def test_a_query_that_might_write_is_taken_to_write(sql: str) -> None:
    assert not only_reads(first_word(sql), sql)


def test_the_written_table_is_read_from_the_orms_statements_alone() -> None:
    assert written_table("INSERT", 'INSERT INTO "a" ("b") VALUES (1)') == ("INSERT", "a")
    assert written_table("UPDATE", 'UPDATE "a" SET "b" = 1') == ("UPDATE", "a")
    assert written_table("DELETE", 'DELETE FROM "a" WHERE 1') == ("DELETE", "a")
    assert written_table("DELETE", 'DELETE FROM "a"') == ("DELETE", "a")
    assert written_table("INSERT", "insert into a values (1)") is None
    assert written_table("REPLACE", 'REPLACE INTO "a" VALUES (1)') is None


def test_queries_that_lock_their_rows_are_recognised() -> None:
    assert locks_rows("SELECT", 'SELECT 1 FROM "a" FOR UPDATE')
    assert locks_rows("SELECT", 'SELECT 1 FROM "a" FOR NO KEY UPDATE SKIP LOCKED')
    assert not locks_rows("SELECT", 'SELECT 1 FROM "a"')

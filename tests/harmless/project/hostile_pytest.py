"""The same with pytest's own means; unittest finds no test here."""

import os
import sys
import time
import warnings

import pytest

pytestmark = pytest.mark.journey("a mark of the project's own", legs=3)


@pytest.fixture
def journey():
    return "the project's own"


@pytest.fixture(scope="session")
def journey_driver():
    return 7


@pytest.fixture(scope="session", autouse=True)
def clock_of_the_session():
    before = time.perf_counter
    time.perf_counter = lambda: -5.0
    yield
    time.perf_counter = before


@pytest.fixture
def broken():
    yield
    raise RuntimeError("no tear-down")


def test_own_fixtures(journey, journey_driver, request):
    assert (journey, journey_driver) == ("the project's own", 7)
    assert "db" not in request.fixturenames
    assert request.config.getoption("--headed") == "by nobody"


def test_environment(monkeypatch, client):
    monkeypatch.setattr(os, "environ", {})
    monkeypatch.setattr(os, "getpid", lambda: 1 / 0)
    monkeypatch.setattr("builtins.open", None)
    monkeypatch.setattr("json.dumps", None)
    assert client.get("/plain/").status_code == 200


def test_directory(monkeypatch, tmp_path, client):
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    assert client.get("/plain/").status_code == 200
    monkeypatch.undo()


@pytest.mark.parametrize("text", ["a", "[b]", "ä/ö", "\ud800".encode("utf-8", "replace").decode()])
def test_each(client, text):
    assert client.get("/page/", {"text": text}).status_code == 200


def test_output(capsys, client):
    client.get("/plain/")
    sys.stdout.write("mine")
    assert capsys.readouterr() == ("mine", "")


def test_streams(capfd, client):
    client.get("/plain/")
    assert capfd.readouterr() == ("", "")


def test_logs(caplog, client):
    caplog.set_level("DEBUG")
    client.get("/page/")
    assert caplog.record_tuples == []


def test_warned(recwarn, client):
    client.get("/page/")
    assert len(recwarn) == 0
    warnings.warn("mine", UserWarning, stacklevel=1)


def test_queries(django_assert_num_queries, client, db):
    with django_assert_num_queries(0):
        client.get("/user/")


def test_database_is_blocked(client):
    assert client.get("/plain/").status_code == 200
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        client.get("/group/staff/")


def test_mails(mailoutbox, client):
    client.get("/mail/")
    assert len(mailoutbox) == 1


def test_settings(settings, client):
    settings.ROOT_URLCONF = "hostile_cases"
    assert client.get("/elsewhere/").status_code == 200


def test_fails(client):
    assert client.get("/plain/").content == b"other"


def test_tear_down_fails(broken):
    pass


@pytest.mark.xfail(strict=True, reason="as expected")
def test_expected():
    assert False  # noqa: B011, PT015


@pytest.mark.xfail(strict=True)
def test_unexpected(client):
    client.get("/plain/")


@pytest.mark.skipif(sys.version_info > (3,), reason="not today")
def test_skipped():
    raise AssertionError


def test_skips(client):
    client.get("/plain/")
    pytest.skip("halfway")


def test_exits():
    raise SystemExit(3)


@pytest.mark.usefixtures("db")
class TestClass:
    journey_options = "the project's own"

    def setup_method(self):
        self.journey = 5

    def test_method(self, client):
        assert client.get("/user/").status_code == 200
        assert self.journey == 5

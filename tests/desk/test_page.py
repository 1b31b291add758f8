"""The page without a browser: who is let in, what each form does, what never happens by itself."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from intake.trustee import desk as acts
from tests.desk.conftest import PASSPHRASE, Desk


@pytest.fixture(scope="module")
def client(told_desk: Desk) -> TestClient:
    found = TestClient(told_desk.app, base_url="http://127.0.0.1:8450", follow_redirects=True)
    stranger = TestClient(told_desk.app, base_url="http://127.0.0.1:8450")
    assert stranger.get("/").status_code == 403
    assert stranger.get("/enter?token=guess").status_code == 403
    page = found.get(told_desk.entered() if told_desk.session.token else "/")
    assert "Unlock your desk" in page.text
    return found


def send(client: TestClient, at: str, to: str, **fields: str) -> str:
    """Send a form of the page `at`, as a browser would."""
    token = re.search(r'name="form_token" value="([0-9a-f]+)"', client.get(at).text)
    assert token
    answer = client.post(to, data={"form_token": token[1], **fields})
    return str(answer.text)


def test_1_the_address_opens_the_page_once(told_desk: Desk, client: TestClient) -> None:
    assert told_desk.session.token == ""
    other = TestClient(told_desk.app, base_url="http://127.0.0.1:8450")
    assert other.get("/enter?token=").status_code == 403
    assert other.get("/").status_code == 403
    assert client.get("/").status_code == 200


def test_2_another_name_of_this_machine_is_refused(told_desk: Desk, client: TestClient) -> None:
    answer = client.get("/", headers={"host": "evil.example:8450"})
    assert answer.status_code == 400
    assert client.post("/lock", headers={"origin": "http://evil.example"}).status_code == 403


def test_3_a_form_without_its_token_does_nothing(client: TestClient) -> None:
    assert client.post("/lock", data={}).status_code == 400
    assert client.post("/lock", data={"form_token": "00"}).status_code == 400


def test_every_answer_forbids_scripts_and_keeping(client: TestClient) -> None:
    for path in ("/", "/nothing", "/report/xx"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "require-trusted-types-for 'script'" in headers["content-security-policy"]
        if path == "/":
            assert headers["cache-control"] == "no-store"


def test_the_whole_way_on_the_page(told_desk: Desk, client: TestClient) -> None:
    """Unlock, open, answer, assess, conclude, lock: a trustee needs nothing but the page."""
    item = told_desk.item
    assert "wrong" in send(client, "/", "/unlock", passphrase="not this one at all")
    home = send(client, "/", "/unlock", passphrase=PASSPHRASE)
    assert "Open and read it" in home
    assert "asks to open" in home
    text = send(client, "/", "/open", item=item, tell="yes")
    assert "switched on for partners" in text
    assert "<script>document" not in text
    assert "The reporter left out p-t4" in text
    shown = send(client, f"/report/{item}", "/answer", item=item, text="Thank you.", kind="answer", how="two")
    assert "waits for a second signature" in shown
    assert "Send it with my signature alone" in client.get("/").text
    shown = send(
        client,
        f"/report/{item}",
        "/event",
        item=item,
        type="assessed",
        scope="in_scope",
        detriment="likely",
        concerns="p-ceo p-rso",
        note="Two\r\nlines",
    )
    assert "p-ceo, p-rso" in shown
    shown = send(
        client, f"/report/{item}", "/event", item=item, type="concluded", outcome="substantiated", note=""
    )
    assert "substantiated" in shown
    request = re.search(r'name="id" value="([^"]+)"', client.get("/").text.split("Colleagues who ask")[1])
    assert request
    assert "Nobody asks" in send(client, "/", "/approve", id=request[1])
    assert "house rule" in client.get("/cases").text
    mail = client.get("/mail").text
    assert "28 days" in mail
    assert client.get("/mail/bundle").content[:1] == b"\x01"
    assert "Unlock your desk" in send(client, "/mail", "/lock")
    assert client.get(f"/report/{item}").status_code == 404


def test_looking_at_pages_answers_nothing(told_desk: Desk, client: TestClient) -> None:
    send(client, "/", "/unlock", passphrase=PASSPHRASE)
    with told_desk.session.room() as room:
        before = room.notes.to_bytes()
    for path in ("/", "/cases", "/mail", f"/report/{told_desk.item}"):
        assert client.get(path).status_code == 200
    with told_desk.session.room() as room:
        assert room.notes.to_bytes() == before


def test_a_broken_parcel_of_a_colleague_is_told_plainly(told_desk: Desk, client: TestClient) -> None:
    send(client, "/", "/unlock", passphrase=PASSPHRASE)
    token = re.search(r'name="form_token" value="([0-9a-f]+)"', client.get("/mail").text)
    assert token
    for bad in (b"", b"\x01" * 60, b"\x00" * 91_175):
        answer = client.post("/meet", data={"form_token": token[1]}, files={"file": ("p.desk", bad)})
        assert answer.status_code in (200, 400), bad[:4]
    with told_desk.world.room(1) as room:
        acts.finish(room)
        from intake.trustee import outgoing

        good = outgoing.export(room)
    answer = client.post("/meet", data={"form_token": token[1]}, files={"file": ("p.desk", good)})
    assert answer.status_code == 200

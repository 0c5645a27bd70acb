"""The pages of the loop: what people read, click and are told."""

import re
from datetime import timedelta

import pytest

from referral.people.service import add_phone
from referral.referrals import queries
from referral.referrals.models import Referral
from referral.referrals.rules import Action, ContactResult, Status, reasons_for
from referral.referrals.rules.boxes import SentBox
from tests.factories.fixtures import NOW
from tests.factories.referrals import Loop, a_listing, an_unclaimed


@pytest.fixture
def pages(loop: Loop, browser):
    return lambda who: browser(loop.staff[who])


def fresh(loop: Loop, referral: Referral) -> Referral:
    loop.session.expire_all()
    loop.session.refresh(referral)
    return referral


def test_from_the_inbox_a_referral_is_accepted_in_one_click(loop: Loop, pages, sent: Referral) -> None:
    client = pages("intake")
    page = client.get("/inbox").text
    assert f'action="/referrals/{sent.id}/accept"' in page
    assert "Garcia" not in page
    response = client.post(f"/referrals/{sent.id}/accept", follow_redirects=True)
    assert "Accepted. You now see how to reach the person." in response.text
    assert "Garcia" in response.text
    assert "Ring twice" in response.text
    assert fresh(loop, sent).status is Status.ACCEPTED


def test_what_is_asked_of_the_receiver_is_the_first_button_and_speaks_plainly(
    loop: Loop, pages, sent: Referral
) -> None:
    client = pages("intake")
    page = client.get(f"/referrals/{sent.id}").text
    assert re.findall(r'action="/referrals/[^"]+/(\w+)"', page)[:2] == ["accept", "review"]
    inbox = client.get("/inbox").text
    assert "Food insecurity" not in inbox + page
    assert f"/referrals/{sent.id}#decline" in inbox
    assert 'id="decline"' in page


def test_what_was_sent_back_offers_another_service_at_the_top(loop: Loop, pages, sent: Referral) -> None:
    loop.do(sent, Action.DECLINE, reason_code="no_capacity")
    loop.session.commit()
    page = pages("navigator").get(f"/referrals/{sent.id}").text
    assert page.index("Send to another service") < page.index("Where it stands")


def test_opening_a_referral_moves_nothing(loop: Loop, pages, sent: Referral) -> None:
    page = pages("intake").get(f"/referrals/{sent.id}").text
    assert "Before you take the referral you see only this" in page
    assert "Ring twice" not in page
    assert fresh(loop, sent).status is Status.SENT


def test_a_decline_offers_its_reasons_and_comes_back_with_what_is_missing(loop: Loop, pages, sent: Referral) -> None:
    client = pages("intake")
    assert "No capacity or no funds" in client.get(f"/referrals/{sent.id}").text
    refused = client.post(f"/referrals/{sent.id}/decline", data={"reason_code": "other"})
    assert refused.status_code == 422
    assert "needs a note" in refused.text
    assert re.search(r'<details[^>]*id="decline"[^>]* open', refused.text)
    client.post(f"/referrals/{sent.id}/decline", data={"reason_code": "no_capacity"})
    assert fresh(loop, sent).status is Status.DECLINED


def test_a_move_that_is_not_possible_says_why_and_what_is(loop: Loop, pages, sent: Referral) -> None:
    refused = pages("intake").post(f"/referrals/{sent.id}/start")
    assert refused.status_code == 409
    assert "it is not possible to start the service now. You can mark as in review, accept" in refused.text


def test_a_stranger_gets_the_same_answer_as_for_a_referral_that_is_not_there(pages, sent: Referral) -> None:
    client = pages("stranger")
    assert client.get(f"/referrals/{sent.id}").status_code == 404
    assert client.post(f"/referrals/{sent.id}/accept").status_code == 404


def test_the_sender_sees_it_in_the_list_and_recalls_it(loop: Loop, pages, sent: Referral) -> None:
    client = pages("navigator")
    assert sent.number in client.get("/referrals").text
    client.post(f"/referrals/{sent.id}/recall", data={"reason_code": "sent_to_wrong_service"}, follow_redirects=True)
    assert fresh(loop, sent).status is Status.RECALLED
    assert sent.number not in client.get("/referrals").text
    assert sent.number in client.get("/referrals?box=ended").text


def test_what_was_declined_waits_for_its_next_service(loop: Loop, pages, sent: Referral) -> None:
    loop.do(sent, Action.DECLINE, reason_code="no_capacity")
    loop.session.commit()
    client = pages("navigator")
    page = client.get("/referrals?box=sent_back").text
    assert "Send to another" in page
    assert "No capacity or no funds" in page
    assert re.search(r'Sent back <span class="count">1<', page)
    assert sent.number in client.get("/referrals?box=sent_back&language=es&urgency=routine&mine=true").text
    narrowed = client.get("/referrals?box=sent_back&language=vi").text
    assert sent.number not in narrowed
    assert "/referrals?box=ended&amp;language=vi" in narrowed


def test_the_number_that_somebody_reads_out_opens_the_referral(pages, sent: Referral) -> None:
    client = pages("navigator")
    opened = client.get(f"/referrals?box=open&number={sent.number.lower()}", follow_redirects=True)
    assert opened.request.path == f"/referrals/{sent.id}"
    assert "no referral with the number" in client.get("/referrals?number=R-000000", follow_redirects=True).text


def test_a_contact_attempt_is_logged(loop: Loop, pages, sent: Referral) -> None:
    loop.do(sent, Action.ACCEPT)
    loop.session.commit()
    client = pages("intake")
    page = client.post(
        f"/referrals/{sent.id}/contacts", data={"way": "phone", "result": "no_answer"}, follow_redirects=True
    ).text
    assert "Phone call to the person: no answer" in page
    (attempt,) = queries.attempts_of(loop.session, sent.id)
    assert attempt.result is ContactResult.NO_ANSWER


def test_a_contradiction_is_settled_with_the_person_s_word(loop: Loop, pages, sent: Referral) -> None:
    loop.do(sent, Action.ACCEPT)
    loop.do(sent, Action.SERVE, reason_code="service_delivered")
    add_phone(loop.session, loop.person, "252-555-0158", by=loop.navigator, at=NOW)
    loop.session.commit()
    client = pages("navigator")
    assert sent.number in client.get("/referrals?box=to_call").text
    answered = client.post(f"/referrals/{sent.id}/answer", data={"answer": "not_helped"}, follow_redirects=True).text
    assert "The reports contradict each other" in answered
    review = queries.open_contradiction(loop.session, sent.id)
    assert review is not None
    queue = client.get("/contradictions").text
    assert sent.number in queue
    assert 'href="tel:+12525550158"' in queue
    half = client.post(f"/contradictions/{review.id}", data={"answer": "helped"})
    assert half.status_code == 422
    client.post(f"/contradictions/{review.id}", data={"answer": "helped", "note": "came on Tuesday"})
    assert "No contradictions" in client.get("/contradictions").text
    assert fresh(loop, sent).connection == "connected"


def test_a_referral_is_sent_with_the_permission_asked_on_the_same_page(loop: Loop, pages) -> None:
    loop.session.commit()
    client = pages("navigator")
    address = f"/needs/{loop.need.id}/refer"
    page = client.get(f"{address}?service={loop.food_box.id}").text
    assert "Read aloud" in page
    form = {"service_at_location_id[]": [str(loop.food_box.id)], "urgency": "routine", "note": "Ring twice"}
    assert "has not allowed sharing" in client.post(address, data=form).text
    allowed = form | {"allowed_organization_id[]": [str(loop.world.pantry.id)]}
    assert client.post(address, data=allowed).status_code == 422
    sent = client.post(address, data=allowed | {"witness": "Recording 12"}, follow_redirects=True)
    assert "is sent." in sent.text
    (referral,) = queries.referrals_of_need(loop.session, loop.need.id)
    assert referral.status is Status.SENT


def test_off_platform_the_sender_says_how_it_is_known(loop: Loop, pages) -> None:
    referral = loop.send(a_listing(loop.session, an_unclaimed(loop.session), "Bread"))
    loop.session.commit()
    client = pages("navigator")
    page = client.get(f"/referrals/{referral.id}").text
    assert "How do you know?" in page
    assert 'action="/referrals' in page
    assert f"/referrals/{referral.id}/accept" not in page
    client.post(
        f"/referrals/{referral.id}/serve",
        data={"reason_code": "service_delivered", "known_by": "person_confirmation"},
    )
    assert fresh(loop, referral).status is Status.SERVED


def test_a_network_lead_sees_where_it_stands_and_no_name(pages, sent: Referral) -> None:
    page = pages("lead").get(f"/referrals/{sent.id}").text
    assert "not whom it is for" in page
    assert "Maria" not in page


@pytest.mark.parametrize(
    ("who", "address"),
    [("biller", "/inbox"), ("intake", "/referrals"), ("lead", "/inbox"), ("intake", "/contradictions")],
)
def test_a_list_is_open_to_its_roles_only(pages, loop: Loop, who: str, address: str) -> None:
    assert pages(who).get(address).status_code == 403


def test_the_empty_inbox_says_what_to_do(pages, loop: Loop) -> None:
    assert "No new referrals" in pages("intake").get("/inbox").text


def test_services_are_chosen_in_the_directory_first(pages, loop: Loop) -> None:
    loop.session.commit()
    client = pages("navigator")
    response = client.get(f"/needs/{loop.need.id}/refer")
    for_whom = f"need_id={loop.need.id}&person_id={loop.person.id}"
    assert response.headers["Location"] == f"/directory?{for_whom}&need=food-insecurity"
    assert client.get(f"/needs/{loop.need.id}/refer?service=x").status_code == 404


def test_what_was_declined_is_continued_by_the_next_referral(loop: Loop, pages, sent: Referral) -> None:
    loop.do(sent, Action.DECLINE, reason_code="no_capacity")
    other = a_listing(loop.session, loop.world.pantry, "Hot meals")
    loop.session.commit()
    client = pages("navigator")
    address = f"/needs/{loop.need.id}/refer"
    assert f'<option value="{sent.id}" selected>' in client.get(f"{address}?service={other.id}").text
    form = {"service_at_location_id[]": [str(other.id)], "urgency": "routine", "successor_of_id": str(sent.id)}
    assert client.post(address, data=form).status_code == 303
    assert queries.referrals_of_need(loop.session, loop.need.id)[-1].successor_of_id == sent.id
    assert sent.number not in client.get("/referrals?box=sent_back").text


def test_each_side_goes_on_to_its_own_next_room(loop: Loop, pages, sent: Referral) -> None:
    loop.do(sent, Action.ACCEPT)
    loop.session.commit()
    receiver, sender = (pages(who).get(f"/referrals/{sent.id}").text for who in ("intake", "navigator"))
    assert "Record a delivery" in receiver
    assert "Record a delivery" not in sender
    assert "Ask the plan to pay" in sender
    assert "Ask the plan to pay" not in receiver
    assert "From answer to payment" in receiver


def test_no_two_fields_of_a_page_share_an_id(loop: Loop, pages, sent: Referral) -> None:
    loop.do(sent, Action.ACCEPT)
    loop.session.commit()
    client = pages("intake")
    for page in (
        client.get(f"/referrals/{sent.id}").text,
        client.post(f"/referrals/{sent.id}/waitlist", data={"place_in_line": "x"}).text,
    ):
        ids = re.findall(r' id="([^"]+)"', page)
        assert len(ids) == len(set(ids))


def test_sent_referrals_are_narrowed_by_need_and_by_sender(loop: Loop, pages, sent: Referral) -> None:
    mine, hers = pages("navigator"), pages("supervisor")
    assert sent.number in mine.get("/referrals?category=food-insecurity&mine=true").text
    assert sent.number not in mine.get("/referrals?category=homelessness").text
    assert sent.number in hers.get("/referrals").text
    assert sent.number not in hers.get("/referrals?mine=true").text


def test_a_contradiction_that_is_not_there_is_not_found(loop: Loop, pages, sent: Referral) -> None:
    data = {"answer": "helped", "note": "x"}
    assert pages("navigator").post(f"/contradictions/{sent.id}", data=data).status_code == 404


def test_the_receiver_sees_until_when_it_should_answer(loop: Loop, pages, sent: Referral) -> None:
    client = pages("intake")
    assert "answer by Nov 18, 2026" in client.get("/inbox").text, "two business days after Monday, November 16"
    assert "Answer by" in client.get(f"/referrals/{sent.id}").text
    loop.do(sent, Action.ACCEPT)
    loop.session.commit()
    assert "Answer by" not in client.get(f"/referrals/{sent.id}").text


def test_an_answer_that_is_overdue_is_marked(loop: Loop, pages, sent: Referral) -> None:
    sent.sent_at = NOW - timedelta(days=9)
    loop.session.commit()
    client = pages("intake")
    assert "Answer overdue" in client.get("/inbox").text
    assert "overdue" in client.get(f"/referrals/{sent.id}").text


def test_what_ended_long_ago_has_left_the_inbox_and_is_closed(loop: Loop, pages, sent: Referral) -> None:
    loop.do(sent, Action.ACCEPT, Action.START)
    loop.do(sent, Action.CLOSE_UNSERVED, reason_code=reasons_for(Status.NOT_SERVED)[-1].code, note="Said no.")
    sent.ended_at = NOW - timedelta(days=91)
    loop.session.commit()
    client = pages("intake")
    page = client.get("/inbox?box=ended").text
    assert sent.number not in page
    assert f"/referrals/{sent.id}" not in page
    assert client.get(f"/referrals/{sent.id}").status_code == 404


def test_what_was_sent_back_last_stands_first_on_every_page(loop: Loop, sent: Referral) -> None:
    back = [sent, *(loop.send(a_listing(loop.session, loop.world.pantry, f"Box {n}")) for n in range(3))]
    for days, referral in zip((3, 1, 4, 2), back, strict=True):
        loop.do(referral, Action.DECLINE, reason_code="no_capacity")
        referral.ended_at = NOW - timedelta(days=days)
    loop.session.flush()
    mine = loop.navigator.organization_id
    expected = [back[1].id, back[3].id, back[0].id, back[2].id]
    first = queries.sent_box(loop.session, mine, SentBox.SENT_BACK, limit=2)
    second = queries.sent_box(loop.session, mine, SentBox.SENT_BACK, limit=2, after=first[-1].id)
    assert [row.id for row in (*first, *second)] == expected


def test_for_two_services_of_one_organization_the_person_is_asked_once(loop: Loop, pages) -> None:
    both = [loop.food_box.id, a_listing(loop.session, loop.world.pantry, "Hot meals").id]
    loop.session.commit()
    client = pages("navigator")
    address = f"/needs/{loop.need.id}/refer?service={both[0]}&service={both[1]}"
    assert client.get(address).text.count('name="allowed_organization_id[]"') == 1
    form = {"service_at_location_id[]": both, "allowed_organization_id[]": loop.world.pantry.id, "witness": "call 7"}
    assert "2 referrals are sent" in client.post(address, data=form, follow_redirects=True).text

"""What a navigator does, step by step: take in, ask, refer, have signed, propose, ask the plan to pay."""

from tests.journeys.hands import Hands

PHONE = "+12525550123"
ANSWERS = {"1": "1", "2": "1", "3": "2", "4": "2", "5": "2", "6": "2", "11": "1"}
"""Question -> key. Rosa is not alone, so nothing else is asked."""


def take_in(nora: Hands) -> None:
    """Search first, find nobody, and add Rosa with the permission she gives by voice."""
    nora.begin("search and add a person")
    nora.type("Find a person", "Rosa Delgado")
    nora.press("Enter")
    nora.arrives("Find or add a person", "Nobody like this is here yet.")
    nora.press("n")
    nora.arrives("Add a person")
    for part, number in (("Month", "4"), ("Day", "28"), ("Year", "1986")):
        nora.type(part, number)
    nora.type("Phone", PHONE)
    nora.type("ZIP code", "27834")
    nora.choose("^Yes", within=nora.page.get_by_role("group", name="May we keep it?"))
    nora.type("Who listened in", "call recording 4711")
    nora.choose("^Yes", within=nora.page.get_by_role("group", name="May we text?"))
    if nora.page.locator("details:not([open]) #field-plan_id").count():
        nora.open("More")
    nora.pick("Health plan", "Blue Plan")
    nora.type("Member ID", "900123456K")
    nora.click("Save and go on")
    nora.arrives("Rosa Delgado")


def ask(nora: Hands) -> None:
    """Ask the state's questions, one key each."""
    nora.begin("screening")
    nora.follow("Ask the questions")
    nora.arrives("Ask what is needed")
    nora.choose("^No", within=nora.page.get_by_role("group", name="Is the person alone"))
    nora.click("Begin")
    for question, key in ANSWERS.items():
        nora.arrives(f"Question {question}")
        nora.press(key)
    nora.arrives("Look over the answers")
    nora.press("f")
    nora.arrives("What was found", "Food")


def ask_without_scripts(nora: Hands) -> None:
    """Ask the same questions by clicking the answers."""
    nora.follow("Ask the questions")
    nora.is_at("Ask what is needed")
    nora.choose("^No", within=nora.page.get_by_role("group", name="Is the person alone"))
    nora.click("Begin")
    for question, key in ANSWERS.items():
        nora.is_at(f"Question {question}")
        nora.click("1 Yes" if key == "1" else "2 No")
    nora.click("Finish and see what was found")
    nora.is_at("What was found")


def confirm(nora: Hands) -> None:
    """Confirm that help is wanted."""
    nora.begin("confirm the need")
    nora.click("Yes, help is wanted")
    nora.arrives("What was found", "Find help")


def refer(nora: Hands) -> None:
    """Find the pantry where Rosa lives, read out what is shared, note her yes, and send."""
    nora.begin("find help and refer")
    nora.follow("Find help")
    nora.arrives("Find help", "Healthy food boxes", "for Greenville")
    nora.follow("Refer now")
    nora.arrives("Refer: ", "Ask for permission")
    nora.choose("Helping Hands Pantry", within=nora.page.get_by_role("group", name="The person said yes to"))
    nora.type("Who listened in", "call recording 4711")
    nora.type("Note to the service", "Please call in the afternoon.")
    nora.click("Send")
    nora.arrives("Referral R-", "is sent.")


def ask_for_consent(nora: Hands, scope: str) -> None:
    """Choose what to ask for, and for whom."""
    nora.pick("What for?", scope)
    nora.click("Show what to read")
    nora.sees("For whom?")
    nora.pick("For whom?", "Blue Plan")
    nora.click("Show what to read")
    nora.arrives("What Rosa allows", "They agree")


def send_link(nora: Hands) -> None:
    """Ask Rosa to sign that she joins the program: the link goes to her phone."""
    nora.begin("consents of the program")
    nora.follow("Rosa Delgado")
    nora.is_at("Rosa Delgado")
    nora.press("c")
    nora.arrives("What Rosa allows")
    ask_for_consent(nora, "Join a program")
    nora.choose("By a link")
    nora.click("They agree: record it")
    nora.arrives("What Rosa allows", "on its way")


def record_paper(nora: Hands) -> None:
    """Record the paper on which Rosa allows what a bill needs."""
    ask_for_consent(nora, "Share what a bill needs")
    nora.choose("On paper")
    nora.type("On paper: where", "binder 7")
    nora.click("They agree: record it")
    nora.arrives("What Rosa allows", "recorded", "Share what a bill needs")


def propose(nora: Hands) -> None:
    """Propose Rosa for the program."""
    nora.begin("propose for the program")
    nora.follow("Rosa Delgado")
    nora.is_at("Rosa Delgado")
    nora.follow("Check eligibility")
    nora.arrives("Healthy Opportunities Pilots")
    nora.choose("2 or more chronic")
    nora.click("Propose to the plan")
    nora.arrives("Healthy Opportunities Pilots", "Proposed")


def request(nora: Hands) -> None:
    """Ask the plan to pay for fifty boxes."""
    nora.begin("ask the plan to pay")
    nora.follow("Rosa Delgado")
    nora.is_at("Rosa Delgado")
    nora.follow("R-")
    nora.arrives("Referral R-", "Accepted")
    nora.follow("Ask the plan to pay")
    nora.arrives("Ask the plan to pay")
    nora.pick("Service", "Box")
    nora.type("Units", "50")
    nora.type("First day", "2026-11-16")
    nora.type("Last day", "2027-05-15")
    nora.click("Ask the plan")
    nora.arrives("Healthy Food Box", "Requested")


def read_the_thread(nora: Hands) -> None:
    """Read what became of it, from the answer to the evidence."""
    nora.begin("read the thread")
    nora.type("Find a person", "Rosa Delgado")
    nora.press("Enter")
    nora.arrives("Find or add a person")
    nora.follow("Open")
    nora.arrives("Rosa Delgado")
    nora.follow("From answer to payment")
    nora.arrives("From answer to payment", "did you worry that your food would run out", "to Helping Hands Pantry")
    nora.sees("A-", "The person says so", "A paid line proves it", "day of the help")

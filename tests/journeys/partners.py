"""What the pantry, the network lead, the plan and Rosa herself do."""

from tests.journeys.hands import Hands


def accept(carla: Hands) -> None:
    """See the least that is needed, accept, and see how to reach the person."""
    carla.begin("from the inbox to accepted")
    carla.navigate("Inbox")
    carla.arrives("Inbox", "Rosa", "ZIP 278xx")
    carla.sees_not("Delgado", "555-0123")
    carla.click("Accept")
    carla.arrives("Referral R-", "Rosa Delgado", "(252) 555-0123")


def start(carla: Hands) -> None:
    """Start the service."""
    carla.begin("start the service")
    carla.click("Start the service")
    carla.arrives("Referral R-", "The service has started.")


def deliver(carla: Hands, *days: str) -> None:
    """Record deliveries by hand."""
    carla.begin("deliveries by hand")
    carla.navigate("Inbox")
    carla.follow("Being helped")
    carla.arrives("Inbox", "In service")
    carla.follow("Rosa Delgado")
    carla.arrives("Referral R-")
    carla.follow("Record a delivery")
    carla.arrives("Deliveries")
    for day in days:
        carla.type("Day", day)
        carla.click("Record it")
        carla.arrives("Deliveries", "The delivery is recorded.")


def close(carla: Hands) -> None:
    """Close the referral as served."""
    carla.begin("close as served")
    carla.follow("Referral R-")
    carla.is_at("Referral R-")
    carla.open("Close as served")
    carla.choose("Service delivered")
    carla.click("Close as served")
    carla.arrives("Referral R-", "Closed as served.")


def bill(carla: Hands) -> None:
    """Make the month's invoice and submit it."""
    carla.begin("a month's invoice")
    carla.navigate("Deliveries")
    carla.arrives("Deliveries to bill", "December 2026", "40 lines, $4,198.80")
    carla.click("Make the invoice")
    carla.arrives("Invoice ", "The invoice is drafted.")
    carla.click("Submit")
    carla.arrives("Invoice ", "Submitted")


def look_over(leo: Hands) -> None:
    """Open the invoice that waits and approve it."""
    leo.begin("lead looks the invoice over")
    leo.follow("Open")
    leo.arrives("Invoice ", "Submitted")
    leo.press("a")
    leo.arrives("Invoice ", "With the plan")


def enroll(paula: Hands) -> None:
    """Enroll who was proposed."""
    paula.begin("enroll")
    paula.navigate("Authorizations")
    paula.arrives("Service authorizations")
    paula.follow("Decide")
    paula.arrives("Healthy Opportunities Pilots")
    paula.press("e")
    paula.arrives("Healthy Opportunities Pilots", "Enrolled")


def approve(paula: Hands) -> None:
    """Approve the boxes as requested."""
    paula.begin("approve the boxes")
    paula.navigate("Authorizations")
    paula.arrives("Service authorizations", "Rosa Delgado")
    paula.follow("Rosa Delgado")
    paula.arrives("Healthy Food Box", "Ask for information")
    paula.press("a")
    paula.arrives("Healthy Food Box", "Approved")


def decide_and_pay(finn: Hands) -> None:
    """Decide every line as checked, and record the payment."""
    finn.begin("plan decides and pays")
    finn.follow("Open")
    finn.arrives("Invoice ", "$4,198.80")
    finn.click("Decide the invoice")
    finn.arrives("Invoice ", "Record a payment")
    finn.type("Reference", "EFT-2027-0001")
    finn.click("Record the payment")
    finn.arrives("Invoice ", "The payment is recorded.", "EFT-2027-0001")


def read_reports(finn: Hands) -> None:
    """Read both rates side by side, the money, and the equity report that shows nobody."""
    finn.begin("plan reads the reports")
    finn.navigate("Report")
    finn.arrives("Referrals: what became of them", "Closed-loop rate", "Connection rate", "1 of 2")
    finn.follow("Invoices", within=finn.page.get_by_role("navigation", name="Reports"))
    finn.arrives("Invoices", "$4,198.80")
    finn.follow("Equity", within=finn.page.get_by_role("navigation", name="Reports"))
    finn.arrives("Equity: for whom the loop closes", "There are too few needs to show any figure")


def sign(rosa: Hands, text: str) -> None:
    """Open the link of a text on a phone, say the birth date, and sign."""
    rosa.begin("signs on her phone")
    rosa.page.goto(next(word for word in text.split() if "/s/" in word))
    rosa.arrives("A message for you", "birth date")
    rosa.sees_not("Rosa", "Blue Plan")
    for part, number in (("Month", "4"), ("Day", "28"), ("Year", "1986")):
        rosa.type(part, number)
    rosa.press("Enter")
    rosa.arrives("A message for you", "the program of Blue Plan")
    rosa.type("Type your full name", "Rosa Delgado")
    rosa.choose("Yes, I agree")
    rosa.click("Sign")
    rosa.arrives("A message for you", "Join a program")

"""Questions about the log and the chain that seals it."""

from referral.audit.queries.chain import (
    SEALED,
    chain,
    cluster,
    last_seal,
    restored,
    sealed_before,
    seals,
    settled,
    under_the_chain,
    waiting,
)
from referral.audit.queries.disclosures import DISCLOSURES_SHOWN, count_disclosures, disclosures
from referral.audit.queries.log import PAGE, Asked, SealState, about, deeds_without_clients, events, seal_state

__all__ = [
    "DISCLOSURES_SHOWN",
    "PAGE",
    "SEALED",
    "Asked",
    "SealState",
    "about",
    "chain",
    "cluster",
    "count_disclosures",
    "deeds_without_clients",
    "disclosures",
    "events",
    "last_seal",
    "restored",
    "seal_state",
    "sealed_before",
    "seals",
    "settled",
    "under_the_chain",
    "waiting",
]

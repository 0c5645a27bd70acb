"""Referral: closed-loop social care referrals, with evidence that help arrived."""

"""The closed loop: a referral, its moves, and the evidence that help arrived."""

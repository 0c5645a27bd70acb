"""`python -m referral`: the same as the `referral` command."""

from referral.cli import main

main()

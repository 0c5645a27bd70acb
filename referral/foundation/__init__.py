"""Foundation: database, settings, clock, ids and jobs. Knows nothing of people or referrals."""

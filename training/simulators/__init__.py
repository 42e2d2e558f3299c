"""Seeded generators of semi-synthetic and simulated cardiac data (training only; never imported at serving time)."""

"""The weight of the ESS in figures: where each comes from, how it was made, what it can be compared with."""

"""The pages of the observatory, thin: rule → queries → template."""

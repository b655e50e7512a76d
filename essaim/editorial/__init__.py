"""The public face: pages that the officer writes (Wagtail), the day, contact, news and the newsletter."""

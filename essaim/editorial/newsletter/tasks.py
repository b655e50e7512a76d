"""Work of the newsletter done outside of requests."""

from __future__ import annotations

from django_tasks import task


@task()
def hand_over_letter(letter_id: int, delivery_ids: list[int]) -> None:
    """Hand one batch of a letter to the mail server."""
    from essaim.editorial.actions.letters import hand_over_batch  # noqa: PLC0415 -- the action enqueues this task

    hand_over_batch(letter_id=letter_id, delivery_ids=delivery_ids)

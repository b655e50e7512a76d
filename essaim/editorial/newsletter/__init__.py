"""The newsletter's parts that write nothing: addresses typed by visitors, what a letter holds, its links."""

CONSENT = (
    "J’accepte de recevoir la lettre d’information à cette adresse, qui ne sert qu’à cela. "
    "Je peux me désabonner d’un geste, dans chaque lettre : mon adresse est alors effacée."
)
"""The sentence above the button, until the team writes another; each subscription keeps the one agreed to."""

"""What others can reuse: the API today; catalogue, feeds and widgets with later rooms."""

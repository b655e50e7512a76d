"""What the blocks show of the other rooms, read at the moment of showing: one reading a page, whatever its blocks."""

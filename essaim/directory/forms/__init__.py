"""Forms of the directory: the officer's, the structure's space, what visitors send. They clean; actions decide."""

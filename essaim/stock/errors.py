"""The refusals of this room. Their messages are in French and say what to do next."""


class StockError(Exception):
    """An import cannot go on; the former extract stays in service. Shown to the operator as it is."""


class WrongFile(StockError):
    """The file is not what was announced: wrong kind, cut short, unreadable, or a column is missing."""


class GateRefusal(StockError):
    """The new data is readable but would impoverish what is in service."""


class Busy(StockError):
    """Another import holds the data dir."""


class DownloadFailed(StockError):
    """The file could not be fetched whole."""


class DiskFull(StockError):
    """There is no room left to write."""


class OutOfMemory(StockError):
    """What the engine may take does not suffice for this file."""

"""Messages of the directory: one file a subject.

Those about errors are named here too: a message that waited in a queue under its former address still leaves.
"""

from essaim.directory.mails.reports import REPORTS, ReportAnswered, ReportReceived

__all__ = ["REPORTS", "ReportAnswered", "ReportReceived"]

"""One measure in a process of its own: seconds, CPU seconds (user and system), peak resident MB, what it printed."""

import os
import subprocess
import time
from pathlib import Path
from typing import Any


def apart(command: list[str], log: Path) -> dict[str, Any]:
    """Run a command to its end; raises SystemExit with its output when it fails."""
    started = time.monotonic()
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{log.read_text()}")
    return {
        "seconds": round(time.monotonic() - started, 1),
        "cpu": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_mb": round(usage.ru_maxrss / 1024),
        "log": log.read_text(),
    }

"""The room stands on floor 0: nothing of the house above it, and no web framework."""

import subprocess
import sys

CODE = """
import sys, pkgutil, importlib, essaim.nomenclature as room
for module in pkgutil.iter_modules(room.__path__):
    importlib.import_module(f"essaim.nomenclature.{module.name}")
house = [name for name in sys.modules if name.startswith("essaim.") and not name.startswith("essaim.nomenclature")]
web = [name for name in sys.modules if name.split(".")[0] == "django"]
sys.exit(", ".join(house + web) or 0)
"""


def test_it_imports_neither_django_nor_another_room():
    done = subprocess.run([sys.executable, "-c", CODE], check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr

"""The room stands on floor 0: nothing of the house above it, and no web framework."""

import subprocess
import sys

CODE = """
import sys, pkgutil, importlib, essaim.nomenclature as room
for module in pkgutil.iter_modules(room.__path__):
    importlib.import_module(f"essaim.nomenclature.{module.name}")
strangers = [n for n in sys.modules if n.split(".")[0] == "django" or n.startswith("essaim.") and ".nomenclature" not in n]
sys.exit(", ".join(strangers))
"""


def test_it_imports_neither_django_nor_another_room():
    done = subprocess.run([sys.executable, "-c", CODE], check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr

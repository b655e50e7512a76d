"""One module a subcommand of `essaim observatory`: `declare(verbs)` adds its parser, `run(options, say)` its report.

`run` says what it does with `say(text)` (silent under --json) and returns the report as JSON can hold it; what the user
can mend is a ValueError, OSError or `errors.Busy` with its sentence.
"""

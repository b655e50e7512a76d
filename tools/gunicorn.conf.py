"""What gunicorn's options cannot say. A long search must meet our page, not gunicorn's raw « 414 » in English.

Its own ceiling is 8 190 bytes, whatever `--limit-request-line` asks; « no limit » would let anyone fill the memory.
10 000 letters with accents weigh 60 000 bytes in an address; the search keeps the first 200 characters.
"""

from gunicorn.http import message

message.MAX_REQUEST_LINE = limit_request_line = 64 * 1024

# The visitor's own « SCRIPT_NAME » must never choose which page is made under an address: the site stands at the root.
forwarder_headers = ""

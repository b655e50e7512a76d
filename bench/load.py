"""A small HTTP/1.1 load generator: raw sockets, kept alive, bounded in requests and in time, 127.0.0.1 only."""

import multiprocessing
import socket
import time


def requests_per_second(port, path, seconds=4.0, connections=4, headers=()):
    """Ask for one path over `connections` kept-alive sockets for `seconds`; the rate of complete 200 answers."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_run, (port, path, seconds, connections, tuple(headers)))


def _run(port, path, seconds, connections, headers):
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Accept-Encoding: gzip", *headers]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    sockets = [_connect(port) for _ in range(connections)]
    buffers = [b""] * connections
    done = 0
    end = time.perf_counter() + seconds
    started = time.perf_counter()
    while time.perf_counter() < end:
        for sock in sockets:
            sock.sendall(request)
        for index, sock in enumerate(sockets):
            buffers[index] = _read_answer(sock, buffers[index])
            done += 1
    elapsed = time.perf_counter() - started
    for sock in sockets:
        sock.close()
    return done / elapsed


def _connect(port):
    sock = socket.create_connection(("127.0.0.1", port), timeout=60)  # the first answer of a busy machine
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def _read_answer(sock, buffer):
    while b"\r\n\r\n" not in buffer:
        buffer += _receive(sock)
    head, _, rest = buffer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"unexpected answer: {head[:200]!r}")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
    )
    while len(rest) < length:
        rest += _receive(sock)
    return rest[length:]


def _receive(sock):
    data = sock.recv(262_144)
    if not data:
        raise ConnectionError("the server closed the connection")
    return data

"""Asks what a file of steps says, over connections that are kept: client.py http.client|urllib STEPS

A step is `WORKER PAUSE_MILLIS METHOD URL CONTENT`; a worker is a thread with a connection of its own.
"""
import collections
import http.client
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

PATIENCE = 60
outcomes = collections.Counter()
lock = threading.Lock()


def told(url, outcome):
    with lock:
        outcomes[outcome] += 1
        print("asked", url, outcome, flush=True)


class OverHttpClient:
    def __init__(self):
        self.connection = None

    def ask(self, method, url, content):
        parts = urllib.parse.urlsplit(url)
        if self.connection is None:
            self.connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
        try:
            self.connection.request(method, parts.path, body=content)
            response = self.connection.getresponse()
            return response.status, response.read().decode()
        except OSError:
            # http.client leaves it to its user to see that the connection is gone, and to ask again
            self.connection.close()
            raise


class OverUrllib:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask(self, method, url, content):
        request = urllib.request.Request(url, data=content, method=method)
        try:
            with self.opener.open(request, timeout=PATIENCE) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, ""
        except urllib.error.URLError as error:
            raise error.reason


def outcome(client, method, url, content):
    try:
        status, body = client.ask(method, url, None if content is None else content.encode())
    except ConnectionResetError as error:
        # RemoteDisconnected is one of them, but means a FIN
        return "closed" if isinstance(error, http.client.RemoteDisconnected) else "reset"
    except BrokenPipeError:
        return "pipe"
    if status != 200:
        return str(status)
    identity = url.rsplit("/", 1)[1]
    return "200" if body == (identity if content is None else f"{identity} {content}") else "wrong"


def work(make, steps):
    client = make()
    for pause, method, url, content in steps:
        time.sleep(pause / 1000)
        told(url, outcome(client, method, url, content))


def main(make, path):
    workers = collections.defaultdict(list)
    with open(path, encoding="ascii") as file:
        for line in file:
            worker, pause, method, url, content = line.split()
            workers[worker].append((float(pause), method, url, content if method == "POST" else None))
    threads = [threading.Thread(target=work, args=(make, steps)) for steps in workers.values()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("summary", f"sent={sum(outcomes.values())}", *(f"{kind}={count}" for kind, count in outcomes.items()))


main({"http.client": OverHttpClient, "urllib": OverUrllib}[sys.argv[1]], sys.argv[2])

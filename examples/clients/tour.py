#!/usr/bin/env python3
"""The API from Python 3.9 or newer, with its standard library alone: a bulk move that is followed and reported, a file
from a URL, a share, a review, an action with an approval, and the events of all that. README.md beside it says what to set.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote

URL = os.environ["LONGHAUL_URL"].rstrip("/")
KEY = os.environ["LONGHAUL_KEY"]
PROJECT, FROM, TO, ASSET = (os.environ[name] for name in ("PROJECT", "FROM", "TO", "ASSET"))
ATTEMPTS = 5
# What may pass when it is sent again, as long as that does nothing twice.
PASSING = {429, 502, 503, 504}


def open_url(method, path, body=None, headers=None, timeout=90):
    """Sends a request, and again where that is safe; answers the response, or raises HTTPError with the body read."""
    headers = {"X-API-KEY": KEY, **(headers or {})}
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
        headers["Content-Type"] = "application/json"
    is_safe = method == "GET" or "Idempotency-Key" in headers
    for attempt in range(1, ATTEMPTS + 1):
        request = urllib.request.Request(URL + path, data=body, method=method, headers=headers)
        try:
            return urllib.request.urlopen(request, timeout=timeout)
        except urllib.error.HTTPError as error:
            if error.code not in PASSING or not is_safe or attempt == ATTEMPTS:
                raise SystemExit(f"{method} {path}: {error.code} {error.read().decode()}")
            time.sleep(float(error.headers.get("Retry-After", attempt)))
        except urllib.error.URLError:
            if not is_safe or attempt == ATTEMPTS:
                raise
            time.sleep(attempt)


def call(method, path, body=None, headers=None):
    with open_url(method, path, body, headers) as response:
        return json.load(response)


def wait_for(token):
    """The job when it has ended; each request waits by itself."""
    while True:
        job = call("GET", f"/api/jobs/{token}", headers={"Prefer": "wait=60"})
        if job["finished_at"] is not None:
            return job


def events(path, last_id=None):
    """The data of each event. A stream that breaks is opened again after the event that was seen last."""
    while True:
        headers = {} if last_id is None else {"Last-Event-ID": last_id}
        try:
            with open_url("GET", path, headers=headers, timeout=45) as response:
                if response.status == 204:
                    return
                name, data = None, []
                for line in (raw.decode().rstrip("\r\n") for raw in response):
                    field, _, value = line.partition(": ")
                    if field == "id":
                        last_id = value
                    elif field == "event":
                        name = value
                    elif field == "data":
                        data.append(value)
                    elif line == "" and data:
                        if name == "refused":
                            raise SystemExit("\n".join(data))
                        yield json.loads("\n".join(data))
                        name, data = None, []
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(1)


def move():
    # The same key again answers the same job.
    accepted = call(
        "POST",
        f"/api/p/{PROJECT}/assets/bulk/move",
        {"parent": TO, "selection": [{"children": FROM}]},
        {"Idempotency-Key": f"tour-{PROJECT}-{FROM}"},
    )
    token = accepted["result"]["job.token"]
    for job in events(f"/api/jobs/{token}/events"):
        print(f"  {job['state']}: {job['succeeded']} of {job['total']}", file=sys.stderr)
        if job["finished_at"] is not None:
            break
    job = wait_for(token)
    print(f"move: {job['outcome']}, {job['succeeded']} of {job['total']}")
    with open_url("GET", f"/api/jobs/{token}/items?format=ndjson") as report:
        items = [json.loads(line) for line in report]
    failed = sum(item["status"] == "failed" for item in items)
    print(f"report: {len(items)} items, {failed} failed")
    return token


def ingest():
    order = {"file_url": os.environ["FILE_URL"], "filename": "tour.jpg"}
    with open_url("POST", f"/api/v2/assets/{ASSET}/media", order) as response:
        token = response.headers["Job-Token"]
    print(f"file: {wait_for(token)['outcome']}")
    file = call("GET", f"/api/v2/assets/{ASSET}/media")["media"][0]
    print(f"media: {file['filename']}, {file['size']} bytes, sha256 {file['sha256_sum']}")


def share():
    wish = {"name": "Rushes", "sharedDuration": "day", "sharedPermissions": ["view", "download"]}
    made = call("POST", f"/api/asset/{ASSET}/share", wish)
    # The link is told this once.
    with urllib.request.urlopen(made["sharedLink"], timeout=30) as page:
        print(f"share: {made['sharedStatus']}, its page answers {page.status}")


def review():
    asked = call("POST", f"/api/v1/galleries/{PROJECT}/review_request", {"asset_ids": [ASSET], "policy": "any"})
    wait_for(asked["job.token"])
    answer = {"status": "approved", "comment": "Fine."}
    print(f"review: {call('PATCH', f'/api/v1/assets/{ASSET}/review_request', answer)['status']}")


def sign_off():
    definition = (Path(__file__).parent / "sign-off.yaml").read_bytes()
    action = quote("Sign off")
    open_url("PUT", f"/api/dag_actions/{action}", definition, {"Content-Type": "application/yaml"}).close()
    run = call("POST", f"/api/v2/assets/{ASSET}/dag_actions/{action}", {"inputs": {}})["dag_action_run"]
    path = f"/api/v2/assets/{ASSET}/dag_action_runs/{run['id']}"
    while not any(
        node["id"] == "ask" and node["state"] == "waiting" for node in call("GET", path)["dag_action_run"]["nodes"]
    ):
        time.sleep(1)
    approved = call("POST", f"{path}/nodes/ask/approval", {"decision": "approve"})
    job = wait_for(approved["dag_action_run"]["job"])
    print(f"action: {job['outcome']}, {job['succeeded']} of {job['total']} nodes")


def follow(cursor, token):
    for event in events(f"/api/p/{PROJECT}/sync/stream", str(cursor)):
        if event["data_key"] == token and event["data"]["info"]["outcome"] is not None:
            print(f"events: the move ended as {event['data']['info']['outcome']}")
            return


def main():
    cursor = call("POST", f"/api/p/{PROJECT}/sync/cursors", {})["result"]["cc"]
    token = move()
    ingest()
    share()
    review()
    sign_off()
    follow(cursor, token)


if __name__ == "__main__":
    main()

"""What a run was given as a secret, and whether it comes out anywhere. The harness looks so through every run of every test:
what it printed, and what is in the directories of -o and --spool.
"""
import json
import os
import re
from urllib.parse import unquote, urlsplit

from receiver import basic

SECRET_KEY = re.compile(r"token|passw|pwd|secret|api_?key|app_?key|application_?key|bearer", re.IGNORECASE)
SHORTEST = 8  # characters; shorter words may stand in a message for another reason
LARGEST_FILE = 4 << 20  # larger ones are bodies
# Where k6 keeps its settings, below what a variable names. Source: grafana/k6, cmd/state/state.go.
LOGIN_FILES = (("XDG_CONFIG_HOME", ("k6", "config.json")), ("XDG_CONFIG_HOME", ("loadimpact", "k6", "config.json")),
               ("HOME", (".config", "k6", "config.json")), ("HOME", (".config", "loadimpact", "k6", "config.json")))


def texts_of(value):
    """All texts in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts_of(inner)


def of_url(text):
    """Userinfo and query of what may be a URL."""
    try:
        url = urlsplit(text)
    except ValueError:
        return
    if url.scheme not in ("http", "https") or not url.netloc:
        return
    if "@" in url.netloc:
        userinfo = url.netloc.rpartition("@")[0]
        for part in (userinfo, *userinfo.split(":", 1)):
            yield part
            yield unquote(part)
    yield url.query
    for pair in url.query.split("&"):
        yield unquote(pair.partition("=")[2])


def of_block(value):
    """In a block of --apm."""
    if isinstance(value, list):
        for inner in value:
            yield from of_block(inner)
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        if SECRET_KEY.search(key):
            yield from texts_of(inner)
        elif isinstance(inner, str):
            yield from of_url(inner)
        else:
            yield from of_block(inner)
    if isinstance(value.get("username"), str) and isinstance(value.get("password"), str):
        yield basic(value["username"], value["password"]).split()[1]


def given_block(argument):
    """The JSON of --apm, which may stand in a file."""
    try:
        if argument.startswith("@"):
            with open(argument[1:], encoding="utf-8") as file:
                return json.load(file)
        return json.loads(argument)
    except (OSError, ValueError):
        return None


def members(value, *path):
    """What stands in JSON below these names, or None."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def of_cloud_logins(args, env):
    """Tokens for k6 cloud: of the options, where they are JSON, and of the files that `k6 cloud login` writes."""
    files = [argument for flag, argument in zip(args, args[1:]) if flag in ("-s", "--script")]
    files += [os.path.join(env[name], *below) for name, below in LOGIN_FILES if name in env]
    for path in files:
        content = given_block("@" + path)
        for place in (("cloud",), ("ext", "loadimpact"), ("collectors", "cloud")):
            yield from texts_of(members(content, *place, "token"))


def given(args, env=None):
    """The secrets of a command line and the environment of a run."""
    found = list(of_cloud_logins(args, env or {}))
    for flag, argument in zip(args, args[1:]):
        if flag == "--apm":
            found += of_block(given_block(argument))
        elif flag == "--query-url":
            found += of_url(argument)
        elif flag == "--header" and SECRET_KEY.search(argument.partition(":")[0]):
            found.append(argument.partition(":")[2].strip())
    for name, value in (env or {}).items():
        found += [value] if SECRET_KEY.search(name) else of_url(value)
    return {secret for secret in found if len(secret) >= SHORTEST}


def written(args):
    """(path, bytes) of the files that a run has left, but for large ones."""
    for flag, directory in zip(args, args[1:]):
        if flag not in ("-o", "--spool"):
            continue
        for where, _, names in os.walk(directory):
            for name in names:
                path = os.path.join(where, name)
                if os.path.isfile(path) and os.path.getsize(path) <= LARGEST_FILE:
                    with open(path, "rb") as file:
                        yield path, file.read()


def leaks(args, env, printed):
    """[(where, secret)]; `printed` are the bytes of both outputs."""
    secrets = given(args, env)
    if not secrets:
        return []
    places = [("printed", printed), *written(args)]
    return [(where, secret) for where, text in places for secret in sorted(secrets)
            if secret.encode() in text or json.dumps(secret)[1:-1].encode() in text]

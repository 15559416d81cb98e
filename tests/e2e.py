#!/usr/bin/env python3
"""Command lines with golden output. Each directory NAME of e2e/ is a case:

    cmd      one shell command line; k6apm is on the PATH
    stdout   what has to come out
    stderr
    status   the exit status

Whatever else lies there is copied into the temporary directory where the command runs; a k6 that the machine has is not
on the PATH, one that lies there is with PATH="$PWD:$PATH". $TESTDATA is the directory of
real runs, $APM a block with one Prometheus, $DROP a command that gives up root's rights. Paths of testdata and the
time a run took are made equal before comparing.

    e2e.py [--update] [NAME...]     --update writes what came out; read every line of it before you commit
"""
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile

import harness
import summaries

CASES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "e2e")
APM = '{"provider":"prometheus","remoteWriteURL":"http://localhost:9090/api/v1/write"}'
DROP = ("import os, sys\n"
        "if os.getuid() == 0:\n"
        "    os.setgroups([])\n"
        "    os.setgid(65534)\n"
        "    os.setuid(65534)\n"
        "os.execvp(sys.argv[1], sys.argv[1:])\n")
PARTS = ("cmd", "stdout", "stderr", "status")


def normal(data, scratch):
    """What differs from machine to machine and from run to run is made equal."""
    text = data.decode("utf-8", "backslashreplace")
    text = text.replace(summaries.TESTDATA, "$TESTDATA").replace(scratch, "$CWD")
    return re.sub(r'("seconds": ?)[0-9.e+-]+', r"\g<1>0", text)


def run_case(name, scratch):
    """Runs one case in `scratch`; returns {part: text}."""
    source = os.path.join(CASES, name)
    work = os.path.join(scratch, name)
    os.mkdir(work)
    for entry in os.listdir(source):
        if entry not in PARTS:
            shutil.copy(os.path.join(source, entry), work)
    with open(os.path.join(source, "cmd"), encoding="utf-8") as file:
        command = file.read()
    env = harness.environment({"TESTDATA": summaries.TESTDATA, "APM": APM, "COLUMNS": "80",
                               "DROP": f"python3 {scratch}/drop.py",
                               "PATH": os.path.join(scratch, "bin") + ":" + harness.path_without_k6()})
    done = subprocess.run(["sh", "-c", command], cwd=work, env=env, stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=60, check=False)
    return {"stdout": normal(done.stdout, work), "stderr": normal(done.stderr, work), "status": f"{done.returncode}\n"}


def read(path):
    """A golden file; empty where there is none."""
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


def main():
    """Runs the cases and compares."""
    names = [arg for arg in sys.argv[1:] if arg != "--update"]
    update = "--update" in sys.argv
    names = names or sorted(name for name in os.listdir(CASES) if os.path.exists(os.path.join(CASES, name, "cmd")))
    failed = []
    with tempfile.TemporaryDirectory(prefix="k6apm-e2e-") as scratch:
        os.chmod(scratch, 0o755)
        os.mkdir(os.path.join(scratch, "bin"))
        shutil.copy(harness.program(), os.path.join(scratch, "bin", "k6apm"))
        with open(os.path.join(scratch, "drop.py"), "w", encoding="utf-8") as file:
            file.write(DROP)
        for name in names:
            found = run_case(name, scratch)
            for part, text in found.items():
                path = os.path.join(CASES, name, part)
                if update:
                    with open(path, "w", encoding="utf-8") as file:
                        file.write(text)
                elif text != read(path) or not os.path.exists(path):
                    failed.append(name)
                    sys.stdout.writelines(difflib.unified_diff(read(path).splitlines(True), text.splitlines(True),
                                                               f"{name}/{part}", "what came out"))
    print(f"{len(names)} cases, {len(set(failed))} failed" + "".join(f"\n  {name}" for name in sorted(set(failed))))
    if failed or not names:
        sys.exit(1)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""clang-tidy over every file of src/.

Most of its time goes into the headers of others, which it reads and searches anew for each file. So files of a room are
checked several at a time, one behind the other as one text. Those whose unnamed namespaces declare the same name do not
come together; and where anything at all is found, or the text does not compile, each half is checked again, down to the
single file: only what is found there counts.

    tidy.py DIRECTORY...     build directories; the first that has a compile_commands.json is taken
"""
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SOURCES = os.path.join(ROOT, "src") + os.sep  # generated code is not ours to warn about
TOGETHER = 8
UNNAMED = re.compile(r"^namespace \{$(.*?)^\}  // namespace$", re.MULTILINE | re.DOTALL)
DECLARED = re.compile(r"^\w[^\n(={;]*?\b(\w+)\s*[(={;]", re.MULTILINE)


def compile_commands(directories):
    """{file: its entry}."""
    for directory in directories:
        path = os.path.join(directory, "compile_commands.json")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                return {entry["file"]: entry for entry in json.load(file) if entry["file"].startswith(SOURCES)}
    sys.exit("tidy.py: no compile_commands.json in " + " ".join(directories))


def names_of(text):
    """What unnamed namespaces declare."""
    return {name for block in UNNAMED.findall(text) for name in DECLARED.findall(block)}


def options_of(entry):
    """The compiler's command without the file and where its object goes."""
    return re.sub(r" -o \S+ -c \S+$", "", entry["command"])


class Group:
    """Files that are checked as one text."""

    def __init__(self, entry):
        self.room, self.options, self.entry = os.path.dirname(entry["file"]), options_of(entry), entry
        self.texts, self.names = {}, set()

    def takes(self, entry, names):
        """Whether a file may come to the others."""
        return (len(self.texts) < TOGETHER and self.room == os.path.dirname(entry["file"])
                and self.options == options_of(entry) and not self.names & names)

    def check(self, files=None):
        """What was said of the files in which something was found."""
        files = files or list(self.texts)
        with tempfile.TemporaryDirectory(prefix="k6apm-tidy-") as directory:
            path = files[0]
            if len(files) > 1:
                path = os.path.join(directory, "together.cpp")
                with open(path, "w", encoding="utf-8") as text:
                    text.writelines(self.texts[file] for file in files)
            clean, said = tidy(dict(self.entry, file=path, command=f"{self.options} -o {path}.o -c {path}"), directory)
        if clean:
            return []
        if len(files) == 1:
            return [said]
        half = len(files) // 2
        return self.check(files[:half]) + self.check(files[half:])


def groups_of(commands):
    """All files, the largest groups first."""
    groups = []
    for file, entry in sorted(commands.items()):
        with open(file, encoding="utf-8") as source:
            text = source.read()
        names = names_of(text)
        group = next((group for group in groups if group.takes(entry, names)), None)
        if group is None:
            group = Group(entry)
            groups.append(group)
        group.texts[file] = text
        group.names |= names
    return sorted(groups, key=lambda group: -sum(map(len, group.texts.values())))


def tidy(entry, directory):
    """(whether nothing was found, what was said) for an entry of a database, which is written to the directory."""
    with open(os.path.join(directory, "compile_commands.json"), "w", encoding="utf-8") as file:
        json.dump([entry], file)
    done = subprocess.run(["clang-tidy-14", "-quiet", "--config-file", os.path.join(ROOT, ".clang-tidy"), "-p", directory,
                           entry["file"]], capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout + done.stderr


def main():
    """Checks everything; ends with 1 where something was found."""
    commands = compile_commands(sys.argv[1:])
    groups = groups_of(commands)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [said for result in pool.map(Group.check, groups) for said in result]
    for said in found:
        print(said)
    print(f"{len(commands)} files, {len(groups)} groups")
    if not commands or found:
        sys.exit(1)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""What is installed, from the build and as a Debian package: all of it, it runs, and goes without a trace.

K6APM_BUILD is the directory of the build. The package is installed into a directory of its own, with a database of
packages of its own, in which the packages that it depends on stand as this machine has them: what is installed here
stays as it is.
"""
import glob
import gzip
import os
import re
import subprocess
import sys
import tempfile
import unittest

import harness
import summaries

BUILD = os.path.abspath(os.environ.get("K6APM_BUILD") or sys.exit("set K6APM_BUILD to the directory of the build"))
SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RUN = summaries.results_of("v2.2.0/shop-lite")
INSTALLED = """\
bin/k6apm
share/bash-completion/completions/k6apm
share/fish/vendor_completions.d/k6apm.fish
share/man/man1/k6apm.1
share/man/man5/k6apm-apm.5
share/zsh/site-functions/_k6apm
"""
PACKAGED = """\
usr/bin/k6apm
usr/share/bash-completion/completions/k6apm
usr/share/doc/k6apm/changelog.gz
usr/share/doc/k6apm/copyright
usr/share/fish/vendor_completions.d/k6apm.fish
usr/share/lintian/overrides/k6apm
usr/share/man/man1/k6apm.1.gz
usr/share/man/man5/k6apm-apm.5.gz
usr/share/zsh/vendor-completions/_k6apm
"""
LOADED_WHEN_NEEDED = {"libcurl4": "Depends", "libarchive13": "Recommends"}
SYSTEM_PATH = {**os.environ, "LC_ALL": "C", "PATH": os.environ["PATH"] + ":/usr/local/sbin:/usr/sbin:/sbin"}


def command(*args, status=0, **how):
    """Runs it, and returns what it says."""
    done = subprocess.run(args, capture_output=True, text=True, check=False, env=SYSTEM_PATH, timeout=300, **how)
    if done.returncode != status:
        raise AssertionError(f"{' '.join(args)}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def files_below(directory):
    """Names of all files, sorted, one a line; empty directories, too."""
    found = []
    for where, directories, names in os.walk(directory):
        for name in names + ([] if names or directories else [""]):
            found.append(os.path.relpath(os.path.join(where, name), directory))
    return "".join(name + "\n" for name in sorted(found))


def content(path):
    """The bytes of a file, unpacked where it is packed."""
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        return file.read()


class Installing(harness.Scratch):
    def converts(self, program):
        """The installed program says its version and writes what the one of the build writes."""
        self.assertEqual(harness.run("--version").out.decode(), command(program, "--version"))
        block = ["--apm", '{"provider": "prometheus", "remoteWriteURL": "%s"}' % harness.NOWHERE]
        command(program, RUN, *block, "-q", "-o", os.path.join(self.scratch, "installed"))
        self.assertEqual(0, harness.run(RUN, *block, "-q", "-o", os.path.join(self.scratch, "built")).status)
        ours, theirs = ([content(path) for path in sorted(glob.glob(f"{self.scratch}/{name}/00-prometheus/*"))]
                        for name in ("built", "installed"))
        self.assertGreater(len(ours), 1)
        self.assertEqual(ours, theirs)

    def as_committed(self, share, zsh, packed=""):
        """Manuals and completions are those of the sources."""
        for name, where in (("man/k6apm.1", "man/man1/k6apm.1" + packed),
                            ("man/k6apm-apm.5", "man/man5/k6apm-apm.5" + packed),
                            ("completions/k6apm.bash", "bash-completion/completions/k6apm"),
                            ("completions/_k6apm", zsh + "/_k6apm"),
                            ("completions/k6apm.fish", "fish/vendor_completions.d/k6apm.fish")):
            self.assertEqual(content(os.path.join(SOURCE, name)), content(os.path.join(share, where)), name)

    def test_install(self):
        prefix = os.path.join(self.scratch, "prefix")
        command("cmake", "--install", BUILD, "--prefix", prefix)
        self.assertEqual(INSTALLED, files_below(prefix))
        self.as_committed(os.path.join(prefix, "share"), "zsh/site-functions")
        self.converts(os.path.join(prefix, "bin/k6apm"))


class DebianPackage(Installing):
    @classmethod
    def setUpClass(cls):
        packages = tempfile.TemporaryDirectory(prefix="k6apm-package-")  # not where a person's own cpack works
        cls.addClassCleanup(packages.cleanup)
        os.chmod(packages.name, 0o755)
        command("cpack", "-G", "DEB", "-B", packages.name, cwd=BUILD, umask=0o077)
        (cls.package,) = glob.glob(os.path.join(packages.name, "*.deb"))

    test_install = None  # of the other class

    def field(self, name):
        return command("dpkg-deb", "--field", self.package, name).strip()

    def relations(self):
        """{package: what the control file says of it} of Depends; alternatives are not used."""
        found = dict(re.fullmatch(r"(\S+)(?: \((.*)\))?", one).groups() for one in self.field("Depends").split(", "))
        self.assertGreater(len(found), 3)
        return found

    def make_root(self, without=None):
        """A root with nothing but a database of packages: those that are depended on, as they are on this machine."""
        root = os.path.join(self.scratch, f"root-without-{without}")
        os.makedirs(root + "/var/lib/dpkg/info")
        os.makedirs(root + "/var/lib/dpkg/updates")
        with open(root + "/var/lib/dpkg/status", "w", encoding="utf-8") as status:
            for name in self.relations():
                if name == without:
                    continue
                entry = command("dpkg-query", "--status", name)
                kept = [line for line in entry.splitlines()
                        if re.match(r"(Package|Status|Architecture|Multi-Arch|Version|Maintainer|Provides):", line)]
                status.write("\n".join(kept + ["Description: as on this machine"]) + "\n\n")
                open(f"{root}/var/lib/dpkg/info/{name}.list", "w", encoding="utf-8").close()
        return root

    @staticmethod
    def dpkg(root, *args, status=0):
        """dpkg for that root; who is not root takes the rights from a namespace."""
        as_root = [] if os.geteuid() == 0 else ["unshare", "-r"]
        return command(*as_root, "dpkg", "--root=" + root, "--log=/dev/null", *args, status=status)

    def test_what_it_says_of_itself(self):
        self.assertEqual("k6apm", self.field("Package"))
        self.assertEqual("k6apm " + self.field("Version"), harness.run("--version").out.decode().splitlines()[0])
        self.assertEqual(command("dpkg", "--print-architecture").strip(), self.field("Architecture"))
        self.assertEqual("net", self.field("Section"))
        self.assertRegex(self.field("Description"), r"^[a-z]\S*( \S+){3,}\n k6apm ")

    def test_everybody_may_read_it(self):
        lines = command("dpkg-deb", "--contents", self.package).splitlines()
        self.assertGreater(len(lines), len(PACKAGED.splitlines()))
        for line in lines:
            mode, owner, name = line.split()[0], line.split()[1], line.split()[-1]
            executable = name.endswith("/") or name == "./usr/bin/k6apm"
            self.assertEqual(("rwxr-xr-x" if executable else "rw-r--r--", "root/root"), (mode[1:], owner), name)

    def test_it_depends_on_every_library(self):
        linked = re.findall(r"=> (/\S+)", command("ldd", harness.program()))
        self.assertGreater(len(linked), 3)
        relations = self.relations()
        for path in linked:
            # The database has the path before or after /lib became /usr/lib.
            owner = next(line for place in (path, os.path.realpath(path), "/usr" + path)
                         for line in command_or_nothing("dpkg-query", "--search", place).splitlines())
            self.assertIn(re.split("[:,]", owner)[0], relations, path)
        for name, field in LOADED_WHEN_NEEDED.items():
            self.assertIn(name, self.field(field).split(", "))

    def test_install_run_and_remove(self):
        root = self.make_root()
        before = files_below(root)
        self.dpkg(root, "--install", self.package)
        new = [name for name in files_below(root).splitlines() if not name.startswith("var/lib/dpkg/")]
        self.assertEqual(PACKAGED.splitlines(), new)
        self.as_committed(root + "/usr/share", "zsh/vendor-completions", ".gz")
        self.assertEqual(content(SOURCE + "/src/packaging/copyright"), content(root + "/usr/share/doc/k6apm/copyright"))
        self.assertTrue(content(root + "/usr/share/doc/k6apm/changelog.gz").startswith(
            f"k6apm ({self.field('Version')}) ".encode()))
        self.converts(root + "/usr/bin/k6apm")
        self.dpkg(root, "--purge", "k6apm")
        kept = [name for name in files_below(root).splitlines() if not name.startswith("var/lib/dpkg/")]
        self.assertEqual([name for name in before.splitlines() if not name.startswith("var/lib/dpkg/")], kept)
        self.assertEqual([], glob.glob(root + "/var/lib/dpkg/info/k6apm*"))

    def test_it_is_refused_where_a_library_is_missing(self):
        for name in self.relations():
            with self.subTest(name=name):
                said = self.dpkg(self.make_root(without=name), "--install", self.package, status=1)
                self.assertRegex(said, rf"k6apm depends on {re.escape(name)}\b")

    def test_lintian_finds_nothing(self):
        self.assertEqual("", command("lintian", "--allow-root", "--fail-on", "error", "--tag-display-limit", "0",
                                     self.package))


def command_or_nothing(*args):
    """What it says on standard output, whatever its status."""
    return subprocess.run(args, capture_output=True, text=True, check=False, env=SYSTEM_PATH, timeout=60).stdout


if __name__ == "__main__":
    unittest.main()

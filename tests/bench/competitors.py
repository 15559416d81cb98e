"""The programs that k6apm is compared with: small ones that are compiled here, and DuckDB from npm."""
import os
import shutil
import subprocess

from data import Missing

HERE = os.path.dirname(os.path.abspath(__file__))
LIBRARIES = {"simdjson_loop": ["simdjson"], "inflate_loop": ["libisal", "libzstd"], "post_bodies": ["libcurl"]}
FLAGS = ["-std=c++20", "-O3", "-DNDEBUG", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-pthread"]
DUCKDB = "@duckdb/node-api"


class Competitors:
    """What is made stays in a directory. DuckDB is fetched only with `install`."""

    def __init__(self, directory, install):
        self.directory, self.install = directory, install

    def compiled(self, name):
        """The path of a program of this directory."""
        source, program = os.path.join(HERE, name + ".cpp"), os.path.join(self.directory, name)
        if os.path.exists(program) and os.path.getmtime(program) > os.path.getmtime(source):
            return program
        compiler = os.environ.get("CXX", "c++")
        for tool in (compiler, "pkg-config"):
            if not shutil.which(tool):
                raise Missing(f"{tool} is not installed")
        libraries = subprocess.run(["pkg-config", "--cflags", "--libs", *LIBRARIES[name]], capture_output=True,
                                   text=True, check=False)
        if libraries.returncode:
            raise Missing(libraries.stderr.splitlines()[0])
        subprocess.run([compiler, *FLAGS, source, "-o", program, *libraries.stdout.split()], check=True)
        return program

    def duckdb(self, path, threads):
        """The command that asks DuckDB about a file."""
        for tool in ("node", "npm"):
            if not shutil.which(tool):
                raise Missing(f"{tool} is not installed")
        modules = os.path.join(self.directory, "npm")
        if not os.path.isdir(os.path.join(modules, "node_modules", DUCKDB)):
            if not self.install:
                raise Missing("DuckDB is not there; --install fetches it from npm")
            os.makedirs(modules, exist_ok=True)
            done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--prefix", modules, DUCKDB],
                                  capture_output=True, text=True, check=False)
            if done.returncode:
                raise Missing(f"npm cannot install {DUCKDB}: {done.stderr.strip().splitlines()[:1]}")
        return ["node", os.path.join(HERE, "duckdb.mjs"), modules, path, str(threads)]
